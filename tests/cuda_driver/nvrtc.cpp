// A stand-in for CUDA's compiler library, for tests: what it makes of a source is the source, which the
// stand-in for the driver takes.
#include <cstring>
#include <string>

#define EXPORTED extern "C" __attribute__((visibility("default")))
#define BEGIN_CALL(name) \
  if (const int failed = cuda_driver_called(name); failed != 0) return failed

extern "C" int cuda_driver_called(const char* function);

namespace {

struct Program {
  std::string source;
  std::string log;
};

constexpr int kCompilationFailed = 6;

int copy_text(const std::string& text, char* to) {
  std::memcpy(to, text.c_str(), text.size() + 1);
  return 0;
}

}  // namespace

EXPORTED int nvrtcCreateProgram(Program** program, const char* source, const char*, int,
                                const char* const*, const char* const*) {
  BEGIN_CALL("nvrtcCreateProgram");
  *program = new Program{source, "no message"};
  return 0;
}

EXPORTED int nvrtcDestroyProgram(Program** program) {
  BEGIN_CALL("nvrtcDestroyProgram");
  delete *program;
  *program = nullptr;
  return 0;
}

EXPORTED int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  BEGIN_CALL("nvrtcCompileProgram");
  for (int i = 0; i < count; ++i) {
    const std::string option = options[i];
    if (option.starts_with("--gpu-architecture=") || option.starts_with("--std=")) continue;
    program->log = "unknown option " + option;
    return kCompilationFailed;
  }
  return 0;
}

EXPORTED int nvrtcGetProgramLogSize(Program* program, std::size_t* size) {
  BEGIN_CALL("nvrtcGetProgramLogSize");
  *size = program->log.size() + 1;
  return 0;
}

EXPORTED int nvrtcGetProgramLog(Program* program, char* log) {
  BEGIN_CALL("nvrtcGetProgramLog");
  return copy_text(program->log, log);
}

EXPORTED int nvrtcGetCUBINSize(Program* program, std::size_t* size) {
  BEGIN_CALL("nvrtcGetCUBINSize");
  *size = program->source.size() + sizeof "stand-in cubin\n";
  return 0;
}

EXPORTED int nvrtcGetCUBIN(Program* program, char* code) {
  BEGIN_CALL("nvrtcGetCUBIN");
  return copy_text("stand-in cubin\n" + program->source, code);
}

EXPORTED int nvrtcGetPTXSize(Program* program, std::size_t* size) {
  BEGIN_CALL("nvrtcGetPTXSize");
  *size = program->source.size() + sizeof "stand-in ptx\n";
  return 0;
}

EXPORTED int nvrtcGetPTX(Program* program, char* code) {
  BEGIN_CALL("nvrtcGetPTX");
  return copy_text("stand-in ptx\n" + program->source, code);
}

EXPORTED int nvrtcGetNumSupportedArchs(int* count) {
  BEGIN_CALL("nvrtcGetNumSupportedArchs");
  *count = 3;
  return 0;
}

EXPORTED int nvrtcGetSupportedArchs(int* architectures) {
  BEGIN_CALL("nvrtcGetSupportedArchs");
  architectures[0] = 80;
  architectures[1] = 75;
  architectures[2] = 90;
  return 0;
}

EXPORTED const char* nvrtcGetErrorString(int result) {
  return result == kCompilationFailed ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR_INTERNAL_ERROR";
}
