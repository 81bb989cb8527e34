-- Records of who saw personal data. On the full stack the pipeline's user may add to it and read it, and nothing else.
CREATE DATABASE IF NOT EXISTS audit{{ on_cluster }}
