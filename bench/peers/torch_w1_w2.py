#!/usr/bin/env python3
"""W1 and W2 (docs/performance.md) in plain batched PyTorch complex64 tensors: the same work as `qdiff bench throughput` and `gradient`.

A layer is RY(theta), RZ(phi) on every qubit, merged to one 2x2 matrix by hand, then CNOT(q, q+1) along the chain, as one permutation. `--block k` applies
the matrices of k neighbouring qubits as one of 2^k x 2^k. Qubit 0 is the least significant bit. Prints one line of JSON for each workload and block.
"""
import argparse, json, math, statistics, time
import torch


def gates(angles, dtype):
    """RZ(phi) RY(theta) for each pair of angles [..., 2]: [..., 2, 2]."""
    half = angles / 2
    c, s = torch.cos(half[..., 0]), torch.sin(half[..., 0])
    phase = torch.complex(torch.cos(half[..., 1]), torch.sin(half[..., 1])).to(dtype)
    rows = (torch.stack((c * phase.conj(), -s * phase.conj()), -1), torch.stack((s * phase, c * phase), -1))
    return torch.stack(rows, -2)


def chain(n, device):
    """Where amplitude k of the state after CNOT(0, 1), ..., CNOT(n-2, n-1) comes from: bit q of k is flipped where bit q-1 of k is set."""
    k = torch.arange(2**n, device=device)
    return k ^ ((k << 1) & (2**n - 1))


def expectations(psi, angles, n, block, source):
    """<Z> of every qubit [batch, n] after the circuit with angles [layers, n, 2] on states psi [batch, 2^n]."""
    batch = psi.shape[0]
    for layer in gates(angles, psi.dtype):
        for q in range(0, n, block):
            u = layer[q]
            for other in layer[q + 1:min(q + block, n)]:
                u = torch.kron(other, u)
            psi = torch.matmul(u, psi.reshape(-1, u.shape[0], 2**q)).reshape(batch, -1)
        psi = psi[:, source]
    p = psi.real**2 + psi.imag**2
    bits = (torch.arange(2**n, device=psi.device)[:, None] >> torch.arange(n, device=psi.device)) & 1
    return p @ (1 - 2 * bits).to(p.dtype)


def rates(step, batch, device, repeat):
    def once():
        step()
        if device.type == "cuda":
            torch.cuda.synchronize()

    once(), once()
    found = []
    for _ in range(repeat):
        start, runs = time.perf_counter(), 0
        while runs == 0 or time.perf_counter() - start < 0.3:
            once()
            runs += 1
        found.append(runs * batch / (time.perf_counter() - start))
    return found


def measure(workload, block, o, device):
    batch, generator = o.batch, torch.Generator().manual_seed(20260101)
    angles = (math.pi * (2 * torch.rand(o.layers, o.qubits, 2, generator=generator) - 1)).to(device).requires_grad_(workload == "W2")
    source = chain(o.qubits, device)
    while True:
        try:
            psi = torch.randn(batch, 2**o.qubits, dtype=torch.complex64, device=device)
            psi /= psi.abs().square().sum(1, keepdim=True).sqrt()
            weights = torch.rand(batch, o.qubits, device=device)

            def step():
                if workload == "W1":
                    with torch.no_grad():
                        return expectations(psi, angles, o.qubits, block, source)
                return torch.autograd.grad((weights * expectations(psi, angles, o.qubits, block, source)).sum(), angles)

            found = sorted(rates(step, batch, device, o.repeat))
            break
        except RuntimeError as e:  # autograd keeps every state on the way: less at a time where they do not fit
            if "out of memory" not in str(e) or batch == 1:
                raise
        psi = weights = None
        torch.cuda.empty_cache()
        batch //= 2
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    print(json.dumps({
        "workload": workload, "peer": f"PyTorch {torch.__version__}", "block": block, "circuits_per_s": statistics.median(found), "slowest_per_s": found[0],
        "fastest_per_s": found[-1], "qubits": o.qubits, "layers": o.layers, "batch": batch, "precision": "float", "device": name}), flush=True)


def check(device):
    """A small case in double against dense NumPy matrices, gate by gate; its gradient against the parameter-shift rule."""
    import numpy as np
    n, layers, random = 4, 3, np.random.default_rng(1)
    angles, weights = random.uniform(-3, 3, (layers, n, 2)), random.uniform(-1, 1, n)
    start = random.normal(size=2**n) + 1j * random.normal(size=2**n)
    start /= np.linalg.norm(start)
    on = lambda u, q: np.kron(np.kron(np.eye(2 ** (n - 1 - q)), u), np.eye(2**q))
    bit = lambda q: np.arange(2**n) >> q & 1

    def dense(angles):
        psi = start
        for layer in angles:
            for q, (theta, phi) in enumerate(layer):
                c, s = np.cos(theta / 2), np.sin(theta / 2)
                psi = on(np.diag(np.exp([-0.5j * phi, 0.5j * phi])), q) @ on(np.array([[c, -s], [s, c]]), q) @ psi
            for q in range(n - 1):
                psi = psi[np.arange(2**n) ^ (bit(q) << (q + 1))]
        return np.array([np.sum((1 - 2 * bit(q)) * np.abs(psi) ** 2) for q in range(n)])

    shift, expected = np.eye(angles.size).reshape(-1, *angles.shape) * np.pi / 2, dense(angles)
    slope = np.array([weights @ (dense(angles + e) - dense(angles - e)) / 2 for e in shift]).reshape(angles.shape)
    for block in (1, 2, 3, 4):
        a = torch.tensor(angles, device=device, requires_grad=True)
        values = expectations(torch.tensor(start, device=device)[None], a, n, block, chain(n, device))[0]
        (values @ torch.tensor(weights, device=device)).backward()
        errors = np.abs(values.detach().cpu().numpy() - expected).max(), np.abs(a.grad.cpu().numpy() - slope).max()
        if max(errors) > 1e-12:
            raise SystemExit(f"block {block}: values differ by {errors[0]:.1e}, gradients by {errors[1]:.1e}; both must be below 1e-12.")
    print("The values and gradients of 4 qubits and 3 layers equal those of dense matrices and the shift rule.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    for name, value in {"qubits": 10, "layers": 15, "batch": 65536, "repeat": 5}.items():
        parser.add_argument(f"--{name}", type=int, default=value, help=f"default {value}")
    parser.add_argument("--block", type=int, action="append", help="qubits whose matrices are one; may be repeated; default 1 and 5")
    parser.add_argument("--check", action="store_true", help="compare a small case with NumPy instead")
    o = parser.parse_args()
    device = torch.device(o.device)
    if o.check:
        return check(device)
    for block in o.block or [1, 5]:
        for workload in ("W1", "W2"):
            measure(workload, block, o, device)


if __name__ == "__main__":
    main()
