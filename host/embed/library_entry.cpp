// All of libks_host is in the archive that it is linked of.
