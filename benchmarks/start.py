"""Time from starting Python to the first answer, and the memory that it takes."""

import subprocess
import sys
import time

PROGRAM = """
import os, sys
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
from benchmarks.apps import supine
body = sys.argv[1].encode()
answer = supine.test_client().post("/v1/predict", data=body, content_type="application/json")
assert answer.status_code == 200
unwanted = sorted({"pandas", "sklearn", "scipy", "joblib"} & set(sys.modules))
rss = next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]
print(answer.json["model"]["status"], int(rss) // 1024, *unwanted)
"""


def table(body: bytes) -> str:
    """The best of three starts."""
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, body.decode()],
            capture_output=True,
            text=True,
            check=True,
        )
        seconds.append(time.perf_counter() - began)
    status, mib, *unwanted = run.stdout.split()
    return (
        f"first answer {min(seconds):.2f} s after the start, model {status}, {mib} MiB; "
        f"imported of pandas, scikit-learn, SciPy, joblib: {', '.join(unwanted) or 'none'}"
    )
