using System.Collections.Immutable;
using System.Numerics;
using QDiff.Engine.Gates;

namespace QDiff.Engine.OpenQasm.Lowering;

/// <summary>
/// Writes gates as steps of the catalog, exactly and with their global phases, under any number of controls. Controlled gates without a
/// row of their own are built from phases of products of bits and from X with many controls, after Barenco et al. (docs/references.md:
/// Barenco1995), on the qubits of the gate alone.
/// </summary>
/// <param name="spend">Told of every step before it is kept; may throw.</param>
internal sealed class GateComposer(Action spend)
{
    private readonly List<GateStep> _steps = [];

    /// <summary>What was composed, the first applied first.</summary>
    public List<GateStep> Steps => _steps;

    public void Append(GateDefinition gate, ReadOnlySpan<int> qubits, params ReadOnlySpan<Angle> angles)
    {
        spend();
        _steps.Add(new GateStep(gate, [.. qubits], [.. angles]));
    }

    public void Append(IEnumerable<GateStep> steps)
    {
        foreach (GateStep step in steps)
        {
            spend();
            _steps.Add(step);
        }
    }

    /// <summary>e^{iγ}.</summary>
    public void GlobalPhase(Angle gamma, int qubit) => Append(GateCatalog.GlobalPhase, [qubit], gamma);

    /// <summary>A step where all controls are 1.</summary>
    public void Controlled(GateStep step, ReadOnlySpan<int> controls)
    {
        if (controls.IsEmpty)
        {
            spend();
            _steps.Add(step);
            return;
        }

        if (step.Gate.IsUserGiven)
        {
            ControlledUnitary(step, controls);
        }
        else
        {
            ControlledRow(step.Gate, step.Qubits, step.Angles, [.. controls]);
        }
    }

    /// <summary>X on the target where all controls are 1.</summary>
    public void ControlledX(ReadOnlySpan<int> controls, int target)
    {
        switch (controls.Length)
        {
            case 0:
                Append(GateCatalog.X, [target]);
                break;
            case 1:
                Append(GateCatalog.CNOT, [controls[0], target]);
                break;
            case 2:
                Append(GateCatalog.Toffoli, [controls[0], controls[1], target]);
                break;
            default:
                // X = H Z H.
                Append(GateCatalog.H, [target]);
                Phase(Math.PI, [.. controls, target]);
                Append(GateCatalog.H, [target]);
                break;
        }
    }

    /// <summary>The phase e^{iλ} where all of the qubits are 1.</summary>
    public void Phase(Angle lambda, ReadOnlySpan<int> qubits)
    {
        switch (qubits.Length)
        {
            case 1:
                Append(GateCatalog.P, qubits, lambda);
                return;
            case 2:
                if (lambda.IsConstant && lambda.Constant == Math.PI)
                {
                    Append(GateCatalog.CZ, qubits);
                }
                else
                {
                    Append(GateCatalog.CP, qubits, lambda);
                }

                return;
        }

        // λ xyz = λ/2 (yz + xz − (x ⊕ y) z) with x the product of the first qubits, y and z the last two.
        ReadOnlySpan<int> first = qubits[..^2];
        int y = qubits[^2], z = qubits[^1];
        Append(GateCatalog.CP, [y, z], 0.5 * lambda);
        ControlledX(first, y, z);
        Append(GateCatalog.CP, [y, z], -0.5 * lambda);
        ControlledX(first, y, z);
        Phase(0.5 * lambda, [.. first, z]);
    }

    /// <summary>A unitary on 1-3 qubits in gates with names, exactly: two-level rotations along a Gray code, then phases.</summary>
    public void Synthesize(Complex[,] unitary, ReadOnlySpan<int> qubits, ReadOnlySpan<int> controls)
    {
        if (qubits.Length == 1)
        {
            ControlledEuler(unitary, qubits[0], controls);
            return;
        }

        int size = unitary.GetLength(0);
        var rest = (Complex[,])unitary.Clone();
        var turns = new List<(int Low, int High, Complex[,] Turn)>();
        for (int column = 0; column < size - 1; column++)
        {
            for (int row = size - 1; row > column; row--)
            {
                int upper = Gray(row - 1), lower = Gray(row);
                Complex a = rest[upper, Gray(column)], b = rest[lower, Gray(column)];
                double norm = Math.Sqrt((a.Magnitude * a.Magnitude) + (b.Magnitude * b.Magnitude));
                if (b.Magnitude < 1e-15 * Math.Max(norm, 1))
                {
                    continue;
                }

                Complex c = a / norm, s = b / norm;
                for (int k = 0; k < size; k++)
                {
                    (rest[upper, k], rest[lower, k]) = (
                        (Complex.Conjugate(c) * rest[upper, k]) + (Complex.Conjugate(s) * rest[lower, k]),
                        (c * rest[lower, k]) - (s * rest[upper, k]));
                }

                // The inverse of what was just applied, on |upper⟩ and |lower⟩.
                Complex[,] turn = { { c, -Complex.Conjugate(s) }, { s, Complex.Conjugate(c) } };
                turns.Add((upper, lower, turn));
            }
        }

        Phases(rest, qubits, controls);
        for (int i = turns.Count - 1; i >= 0; i--)
        {
            (int upper, int lower, Complex[,] turn) = turns[i];
            TwoLevel(upper, lower, turn, qubits, controls);
        }
    }

    /// <summary>X on y where all of the first qubits are 1, with z free to be borrowed.</summary>
    private void ControlledX(ReadOnlySpan<int> first, int y, int z)
    {
        if (first.Length <= 2)
        {
            ControlledX(first, y);
            return;
        }

        // Barenco's lemma 7.3: with half of the controls at a time onto the borrowed qubit, twice.
        ReadOnlySpan<int> half = first[..((first.Length + 1) / 2)];
        int[] others = [.. first[half.Length..], z];
        for (int round = 0; round < 2; round++)
        {
            Borrowing(half, z, [.. first[half.Length..], y]);
            Borrowing(others, y, half);
        }
    }

    /// <summary>X with many controls and enough borrowed qubits, which are given back as they were: Barenco's lemma 7.2.</summary>
    private void Borrowing(ReadOnlySpan<int> controls, int target, ReadOnlySpan<int> borrowed)
    {
        int k = controls.Length;
        if (k <= 2)
        {
            ControlledX(controls, target);
            return;
        }

        // The ladder down and up, twice: the second time without its first and last rung.
        for (int round = 0; round < 2; round++)
        {
            int top = round == 0 ? k - 1 : k - 2;
            for (int rung = top; rung >= 2; rung--)
            {
                Rung(rung, controls, target, borrowed);
            }

            Append(GateCatalog.Toffoli, [controls[0], controls[1], borrowed[0]]);
            for (int rung = 2; rung <= top; rung++)
            {
                Rung(rung, controls, target, borrowed);
            }
        }
    }

    private void Rung(int rung, ReadOnlySpan<int> controls, int target, ReadOnlySpan<int> borrowed) =>
        Append(GateCatalog.Toffoli, [controls[rung], borrowed[rung - 2], rung == controls.Length - 1 ? target : borrowed[rung - 1]]);

    private void ControlledRow(GateDefinition gate, ImmutableArray<int> qubits, ImmutableArray<Angle> angles, int[] controls)
    {
        int target = qubits[^1];
        switch (gate.Name)
        {
            case "I":
                break;
            case "GlobalPhase":
                Phase(angles[0], controls);
                break;
            case "X" or "CNOT" or "Toffoli":
                ControlledX([.. controls, .. qubits[..^1]], target);
                break;
            case "Y" when controls.Length == 1:
                Append(GateCatalog.CY, [controls[0], target]);
                break;
            case "Y" or "CY":
                Append(GateCatalog.Sdg, [target]);
                ControlledX([.. controls, .. qubits[..^1]], target);
                Append(GateCatalog.S, [target]);
                break;
            case "Z" or "CZ":
                Phase(Math.PI, [.. controls, .. qubits]);
                break;
            case "S":
                Phase(Math.PI / 2, [.. controls, target]);
                break;
            case "Sdg":
                Phase(-Math.PI / 2, [.. controls, target]);
                break;
            case "T":
                Phase(Math.PI / 4, [.. controls, target]);
                break;
            case "Tdg":
                Phase(-Math.PI / 4, [.. controls, target]);
                break;
            case "P" or "CP":
                Phase(angles[0], [.. controls, .. qubits]);
                break;
            case "H":
                // H = RY(π/4) Z RY(−π/4).
                Append(GateCatalog.RY, [target], -Math.PI / 4);
                Phase(Math.PI, [.. controls, target]);
                Append(GateCatalog.RY, [target], Math.PI / 4);
                break;
            case "SX" or "SXdg":
                Append(GateCatalog.H, [target]);
                Phase(gate.Name == "SX" ? Math.PI / 2 : -Math.PI / 2, [.. controls, target]);
                Append(GateCatalog.H, [target]);
                break;
            case "RX" or "CRX":
                ControlledRotation(GateCatalog.RX, GateCatalog.CRX, angles[0], [.. controls, .. qubits[..^1]], target);
                break;
            case "RY" or "CRY":
                ControlledRotation(GateCatalog.RY, GateCatalog.CRY, angles[0], [.. controls, .. qubits[..^1]], target);
                break;
            case "RZ" or "CRZ":
                ControlledRotation(GateCatalog.RZ, GateCatalog.CRZ, angles[0], [.. controls, .. qubits[..^1]], target);
                break;
            case "U3":
                Phase(angles[2], [.. controls, target]);
                ControlledRotation(GateCatalog.RY, GateCatalog.CRY, angles[0], controls, target);
                Phase(angles[1], [.. controls, target]);
                break;
            case "SWAP" when controls.Length == 1:
                Append(GateCatalog.Fredkin, [controls[0], qubits[0], qubits[1]]);
                break;
            case "SWAP" or "Fredkin":
                Append(GateCatalog.CNOT, [qubits[^1], qubits[^2]]);
                ControlledX([.. controls, .. qubits[..^1]], qubits[^1]);
                Append(GateCatalog.CNOT, [qubits[^1], qubits[^2]]);
                break;
            case "iSWAP" or "iSWAPdg":
                // iSWAP = SWAP · CZ · S ⊗ S.
                double quarter = gate.Name == "iSWAP" ? Math.PI / 2 : -Math.PI / 2;
                Phase(quarter, [.. controls, qubits[0]]);
                Phase(quarter, [.. controls, qubits[1]]);
                Phase(Math.PI, [.. controls, .. qubits]);
                ControlledRow(GateCatalog.SWAP, qubits, [], controls);
                break;
            case "RXX":
                Append(GateCatalog.CNOT, qubits.AsSpan());
                ControlledRotation(GateCatalog.RX, GateCatalog.CRX, angles[0], controls, qubits[0]);
                Append(GateCatalog.CNOT, qubits.AsSpan());
                break;
            case "RYY":
                Append(GateCatalog.Sdg, [qubits[0]]);
                Append(GateCatalog.Sdg, [qubits[1]]);
                ControlledRow(GateCatalog.RXX, qubits, angles, controls);
                Append(GateCatalog.S, [qubits[0]]);
                Append(GateCatalog.S, [qubits[1]]);
                break;
            case "RZZ":
                Append(GateCatalog.CNOT, qubits.AsSpan());
                ControlledRotation(GateCatalog.RZ, GateCatalog.CRZ, angles[0], controls, target);
                Append(GateCatalog.CNOT, qubits.AsSpan());
                break;
            default:
                throw new InvalidOperationException($"'{gate.Name}' has no controlled form here; add one beside the others.");
        }
    }

    /// <summary>A rotation where all controls are 1: half of it forth and, turned round by X, half of it back.</summary>
    private void ControlledRotation(GateDefinition plain, GateDefinition controlled, Angle angle, ReadOnlySpan<int> controls, int target)
    {
        if (controls.Length == 1)
        {
            Append(controlled, [controls[0], target], angle);
            return;
        }

        if (ReferenceEquals(plain, GateCatalog.RX))
        {
            // X commutes with RX, so turn about z between two H.
            Append(GateCatalog.H, [target]);
            ControlledRotation(GateCatalog.RZ, GateCatalog.CRZ, angle, controls, target);
            Append(GateCatalog.H, [target]);
            return;
        }

        Append(plain, [target], 0.5 * angle);
        ControlledX(controls, target);
        Append(plain, [target], -0.5 * angle);
        ControlledX(controls, target);
    }

    private void ControlledUnitary(GateStep step, ReadOnlySpan<int> controls)
    {
        Complex[,] matrix = step.Matrix();
        if (step.Qubits.Length + controls.Length <= 3)
        {
            Append(
                GateDefinition.FromUnitary(UnitaryMath.Controlled(matrix, controls.Length), "c" + step.Gate.Name), [.. step.Qubits, .. controls]);
            return;
        }

        Synthesize(matrix, step.Qubits.AsSpan(), controls);
    }

    private void ControlledEuler(Complex[,] unitary, int target, ReadOnlySpan<int> controls)
    {
        (double alpha, double theta, double phi, double lambda) = UnitaryMath.Euler(unitary);
        if (alpha != 0)
        {
            if (controls.IsEmpty)
            {
                GlobalPhase(alpha, target);
            }
            else
            {
                Phase(alpha, controls);
            }
        }

        Controlled(new GateStep(GateCatalog.U3, [target], [theta, phi, lambda]), controls);
    }

    private static int Gray(int index) => index ^ (index >> 1);

    /// <summary>A turn of two basis states that differ in one bit: that bit's qubit is turned where the others are as given.</summary>
    private void TwoLevel(int upper, int lower, Complex[,] turn, ReadOnlySpan<int> qubits, ReadOnlySpan<int> controls)
    {
        int bit = BitOperations.Log2((uint)(upper ^ lower));
        Complex[,] own = ((upper >> bit) & 1) == 0
            ? turn
            : new[,] { { turn[1, 1], turn[1, 0] }, { turn[0, 1], turn[0, 0] } };
        var all = new List<int>();
        var negated = new List<int>();
        foreach (int control in controls)
        {
            all.Add(control);
        }

        for (int b = 0; b < qubits.Length; b++)
        {
            if (b == bit)
            {
                continue;
            }

            all.Add(qubits[b]);
            if (((upper >> b) & 1) == 0)
            {
                negated.Add(qubits[b]);
            }
        }

        negated.ForEach(q => Append(GateCatalog.X, [q]));
        ControlledEuler(own, qubits[bit], [.. all]);
        negated.ForEach(q => Append(GateCatalog.X, [q]));
    }

    /// <summary>A diagonal unitary as phases of products of bits.</summary>
    private void Phases(Complex[,] diagonal, ReadOnlySpan<int> qubits, ReadOnlySpan<int> controls)
    {
        int size = diagonal.GetLength(0);
        var phases = new double[size];
        for (int k = 0; k < size; k++)
        {
            phases[k] = diagonal[k, k].Phase;
        }

        // Möbius inversion: the phase of |x⟩ is the sum of the coefficients of all products of bits that x sets.
        for (int b = 0; b < qubits.Length; b++)
        {
            for (int k = 0; k < size; k++)
            {
                if (((k >> b) & 1) == 1)
                {
                    phases[k] -= phases[k ^ (1 << b)];
                }
            }
        }

        for (int k = 0; k < size; k++)
        {
            if (Math.Abs(phases[k]) < 1e-16)
            {
                continue;
            }

            List<int> set = [.. controls];
            for (int b = 0; b < qubits.Length; b++)
            {
                if (((k >> b) & 1) == 1)
                {
                    set.Add(qubits[b]);
                }
            }

            if (set.Count == 0)
            {
                GlobalPhase(phases[k], qubits[0]);
            }
            else
            {
                Phase(phases[k], [.. set]);
            }
        }
    }
}
