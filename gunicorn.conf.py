"""How gunicorn serves Waymark. It reads this file by itself when started in this folder."""

import multiprocessing

from learning.web.logs import PrivateFormatter

wsgi_app = "learning.wsgi"
workers = multiprocessing.cpu_count()
# Threads, because browsers open connections ahead and leave them idle.
worker_class = "gthread"
threads = 4
timeout = 20
accesslog = None
control_socket_disable = True
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": PrivateFormatter}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "private"}},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": [], "propagate": False},
    },
}
