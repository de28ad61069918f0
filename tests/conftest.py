"""What every test run obeys: one BLAS thread, no stopwatches in property tests, no skips in CI, long ones first."""

import os

# before NumPy is imported, and inherited by every kernel: small products gain nothing from threads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import hypothesis
import pytest

CI = os.environ.get("CI", "").lower() == "true"

hypothesis.settings.register_profile("labkit", deadline=None, derandomize=CI)
hypothesis.settings.load_profile("labkit")


@pytest.fixture(autouse=True)
def nothing_done_before():
    """No test finds what another one committed."""
    from labkit import journal

    journal.forget()


class NoSkips:
    """Turns every skip into a failure that repeats the reason; an expected failure (xfail) stays what it is."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        return self.failed((yield))

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        return self.failed((yield))

    @staticmethod
    def failed(report):
        if report.outcome == "skipped" and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            report.outcome = "failed"
            report.longrepr = f"Under CI=true a skip is a failure: {reason.removeprefix('Skipped: ')}"
        return report


def pytest_configure(config):
    # a registered plugin sees doctests and notebooks too; hooks of this file would see only tests/
    if CI:
        config.pluginmanager.register(NoSkips())


def pytest_collection_modifyitems(items):
    """The long ones first, so that at the end no worker waits long for another."""
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, item.path.suffix != ".ipynb"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Half as many again as there are cores: a test in a browser waits half of its time."""
    return (os.cpu_count() or 1) * 3 // 2 or 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file's tests run on one worker and share what it builds; but the notebooks in JupyterLab take any worker."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduler(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return nodeid if "test_jupyterlab.py" in nodeid else super()._split_scope(nodeid)

    return Scheduler(config, log)
