"""Gunicorn's configuration for `make run` and for servers (docs/operate.md)."""

import multiprocessing
import os

bind = os.environ.get("GUNICORN_BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or min(2 * multiprocessing.cpu_count(), 4))
# A slow upload holds one thread, not a worker. A worker whose threads are all held takes no further connection (it would
# wait there behind the uploads while another worker is free), and so none is kept open between two requests either.
threads = int(os.environ.get("WEB_THREADS") or 16)
worker_connections = threads
keepalive = 0
timeout = 120
graceful_timeout = 15
preload_app = True
max_requests = 5000
max_requests_jitter = 500
# Heartbeat files off the disk, where such a place exists.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - gunicorn makes private files in it
accesslog = None  # the portal writes its own request lines
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
# The portal itself reads X-Forwarded-*, by TRUSTED_PROXY_COUNT.
forwarded_allow_ips = ""
