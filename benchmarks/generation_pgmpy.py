"""Run by a Python that has pgmpy: draws from the tables of a file, and prints the seconds."""

import sys
import time

import numpy as np
from pgmpy.factors.discrete import TabularCPD
from pgmpy.models import DiscreteBayesianNetwork
from pgmpy.sampling import BayesianModelSampling

path, n = sys.argv[1], int(sys.argv[2])
tables = dict(np.load(path))  # "cause" (causes,), and for each finding (levels, causes)
prior = tables.pop("cause")
model = DiscreteBayesianNetwork([("cause", finding) for finding in tables])
model.add_cpds(TabularCPD("cause", len(prior), prior[:, None]))
for finding, table in tables.items():
    model.add_cpds(TabularCPD(finding, len(table), table, ["cause"], [len(prior)]))
sampler = BayesianModelSampling(model)
sampler.forward_sample(1000, show_progress=False)
start = time.perf_counter()
drawn = sampler.forward_sample(n, show_progress=False)
print(time.perf_counter() - start if len(drawn) == n else "too few cases")
