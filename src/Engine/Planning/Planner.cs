using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;

namespace QDiff.Engine.Planning;

/// <summary>
/// Turns circuits into plans. Every gate of the catalog is lowered to RY rotations, phases and renamings of basis states. Renamings
/// (CNOT, X, SWAP) only change the index map. Rotations of one qubit are merged, as are all phases between two renamings,
/// and a rotation moves ahead of phases on other qubits. A gate for which no lowering is known runs as a dense matrix.
/// </summary>
public static class Planner
{
    private static readonly ConditionalWeakTable<Circuit, Plan> Plans = [];

    /// <summary>The plan of a circuit. Planned once: the same circuit object gives the same plan.</summary>
    public static Plan Plan(Circuit circuit)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        return Plans.GetValue(circuit, static c => new Lowering(c).Lower());
    }

    private sealed class Lowering
    {
        /// <summary>Passes act on two qubits, so a single qubit gets an idle companion.</summary>
        private const int LeastQubits = 2;

        private readonly Circuit _circuit;
        private readonly int _qubits;
        private readonly List<PlanStep> _steps = [];
        private readonly List<AngleSlot> _slots = [];
        private readonly List<(Parameter, double)> _globalPhase = [];
        private IndexMap _map;
        private int _denseCount;

        // The open step: rotations first, then phases, by the parity mask on which each depends.
        private readonly List<(Parameter, double)>?[] _rotations;
        private readonly SortedDictionary<int, List<(Parameter, double)>> _phases = [];

        public Lowering(Circuit circuit)
        {
            _circuit = circuit;
            _qubits = Math.Max(LeastQubits, circuit.QubitCount);
            _map = IndexMap.Identity(_qubits);
            _rotations = new List<(Parameter, double)>?[_qubits];
        }

        public Plan Lower()
        {
            foreach (var operation in _circuit.Operations)
            {
                Add(operation.Gate, operation.Qubits, operation.Parameters, operation);
            }

            Close();
            return new Plan(_circuit, _qubits, [.. _steps], [.. _slots], new AngleSlot([.. _globalPhase], false), _map, _denseCount);
        }

        private void Add(GateDefinition gate, ImmutableArray<int> qubits, ImmutableArray<Parameter> parameters, Operation? operation)
        {
            if (ReferenceEquals(gate, GateCatalog.RY))
            {
                Rotate(qubits[0], parameters[0]);
            }
            else if (gate.DiagonalTerms.Length > 0)
            {
                foreach (var term in gate.DiagonalTerms)
                {
                    Phase(Spread(term.Mask, qubits), parameters[0], term.Coefficient);
                }
            }
            else if (gate.Decomposition is { } decomposition)
            {
                foreach (var part in decomposition(parameters))
                {
                    Add(part.Gate, [.. part.Qubits.Select(local => qubits[local])], part.Parameters, null);
                }
            }
            else if (gate.ParameterCount == 0 && MonomialGate.TryRead(gate.Matrix([])) is { } monomial)
            {
                foreach (var (mask, phase) in monomial.Phases)
                {
                    Phase(Spread(mask, qubits), phase, 1.0);
                }

                if (monomial.Renames)
                {
                    Close();
                    _map = _map.Renamed(qubits.AsSpan(), monomial.Image);
                }
            }
            else
            {
                Close();
                operation ??= new Operation(gate, qubits, parameters);
                _steps.Add(new DenseStep(_map, operation, _denseCount++));
            }
        }

        private void Rotate(int qubit, Parameter angle)
        {
            if (_phases.Keys.Any(mask => ((mask >> qubit) & 1) != 0))
            {
                Close();
            }

            (_rotations[qubit] ??= []).Add((angle, 1.0));
        }

        private void Phase(int mask, Parameter source, double factor)
        {
            var home = mask == 0 ? _globalPhase : PhaseOf(mask);
            home.Add((source, factor));
        }

        private List<(Parameter, double)> PhaseOf(int mask)
        {
            if (!_phases.TryGetValue(mask, out var terms))
            {
                _phases[mask] = terms = [];
            }

            return terms;
        }

        /// <summary>Ends the open step: rotations with the one-qubit phases, then phases of parities, each in a basis where it is one bit.</summary>
        private void Close()
        {
            var rotations = Enumerable.Repeat(RotationStep.None, _qubits).ToArray();
            var phases = Enumerable.Repeat(RotationStep.None, _qubits).ToArray();
            for (int q = 0; q < _qubits; q++)
            {
                rotations[q] = _rotations[q] is { } angle ? Slot(angle, true) : RotationStep.None;
                phases[q] = _phases.Remove(1 << q, out var phase) ? Slot(phase, false) : RotationStep.None;
            }

            if (rotations.Concat(phases).Any(slot => slot != RotationStep.None))
            {
                _steps.Add(new RotationStep(_map, rotations, phases, _slots));
            }

            int[] masks = [.. _phases.Keys];
            foreach (var (rows, members) in ParityBasis.Partition(_qubits, masks))
            {
                var parityPhases = Enumerable.Repeat(RotationStep.None, _qubits).ToArray();
                foreach (var (bit, item) in members)
                {
                    parityPhases[bit] = Slot(_phases[masks[item]], false);
                }

                var none = Enumerable.Repeat(RotationStep.None, _qubits).ToArray();
                _steps.Add(new RotationStep(_map.InBasis(rows), none, parityPhases, _slots));
            }

            _phases.Clear();
            Array.Clear(_rotations);
        }

        private int Slot(List<(Parameter, double)> terms, bool isRotation)
        {
            _slots.Add(new AngleSlot([.. terms], isRotation));
            return _slots.Count - 1;
        }

        private static int Spread(int mask, ImmutableArray<int> qubits)
        {
            int spread = 0;
            for (int b = 0; b < qubits.Length; b++)
            {
                spread |= ((mask >> b) & 1) << qubits[b];
            }

            return spread;
        }
    }
}
