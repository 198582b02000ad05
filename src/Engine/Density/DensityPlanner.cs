using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Density;

/// <summary>
/// Turns programs into plans for density matrices in the Pauli basis. Gates and channels that follow one another on one qubit become one
/// matrix; Clifford gates become moves with signs; gates with an angle become Clifford gates and rotations of one qubit. Then
/// passes are formed: each takes a few qubits and does everything that can be done with those, whatever layer it belongs to.
/// </summary>
public static class DensityPlanner
{
    private static readonly ConditionalWeakTable<QuantumProgram, DensityPlan> Plans = [];

    /// <summary>The plan of a program. Planned once: the same program object gives the same plan.</summary>
    /// <remarks>A measurement leaves the state as it is without its outcome: the coefficients with X or Y on the qubit become 0.</remarks>
    /// <exception cref="ArgumentException">The program has conditions, or more qubits than a density matrix may have.</exception>
    public static DensityPlan Plan(QuantumProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Guard.DensityQubits(program.QubitCount);
        return Plans.GetValue(program, static p => PassFormation.Form(p, new Lowering(p).Lower()));
    }

    private sealed class Lowering
    {
        private static readonly double[,] Dephasing = { { 1, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 1 } };
        private static readonly double[,] Resetting = { { 1, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 1, 0, 0, 0 } };

        private readonly QuantumProgram _program;
        private readonly List<DensityOperation> _operations = [];
        private readonly List<TransferFactor>[] _pending;

        public Lowering(QuantumProgram program)
        {
            _program = program;
            _pending = [.. Enumerable.Range(0, program.QubitCount).Select(_ => new List<TransferFactor>())];
        }

        public List<DensityOperation> Lower()
        {
            foreach (Instruction instruction in _program.Instructions)
            {
                switch (instruction)
                {
                    case GateInstruction { Operation: var operation }:
                        Add(operation.Gate, operation.Qubits, operation.Parameters);
                        break;
                    case ChannelInstruction { Channel: { HasKraus: false, Depolarizing: { } depolarizing }, Qubits: var qubits }:
                        Append(new ShrinkOperation(qubits, depolarizing.Shrink));
                        break;
                    case ChannelInstruction { Channel: var channel, Qubits: var qubits }:
                        Constant(PauliTransfer.Of(channel), qubits);
                        break;
                    case MeasureInstruction measure:
                        Constant(Dephasing, [measure.Qubit]);
                        break;
                    case ResetInstruction reset:
                        Constant(Resetting, [reset.Qubit]);
                        break;
                    case IfInstruction:
                        throw Guard.DensityCondition();
                }
            }

            for (int q = 0; q < _pending.Length; q++)
            {
                Flush(q);
            }

            return _operations;
        }

        private void Add(GateDefinition gate, ImmutableArray<int> qubits, ImmutableArray<Parameter> parameters)
        {
            if (gate.ParameterCount == 0)
            {
                Constant(PauliTransfer.Of(gate), qubits);
            }
            else if (ReferenceEquals(gate, GateCatalog.RX) || ReferenceEquals(gate, GateCatalog.RY))
            {
                _pending[qubits[0]].Add(TransferFactor.Rotation(ReferenceEquals(gate, GateCatalog.RX) ? 1 : 2, parameters[0]));
            }
            else if (gate.DiagonalTerms.Length > 0)
            {
                foreach (DiagonalTerm term in gate.DiagonalTerms)
                {
                    ParityPhase([.. qubits.Where((_, local) => ((term.Mask >> local) & 1) != 0)], parameters[0], term.Coefficient);
                }
            }
            else if (gate.Decomposition is { } decomposition)
            {
                foreach (GatePart part in decomposition(parameters))
                {
                    Add(part.Gate, [.. part.Qubits.Select(local => qubits[local])], part.Parameters);
                }
            }
            else
            {
                Append(new TransferOperation(qubits, gate, parameters));
            }
        }

        /// <summary>exp(iθc(−1)^parity) is RZ(−2cθ) on a qubit that CNOTs have made hold the parity.</summary>
        private void ParityPhase(ImmutableArray<int> qubits, Parameter parameter, double coefficient)
        {
            if (qubits.IsEmpty)
            {
                return;
            }

            double[,] cnot = PauliTransfer.Of(GateCatalog.CNOT);
            foreach (int control in qubits[..^1])
            {
                Constant(cnot, [control, qubits[^1]]);
            }

            _pending[qubits[^1]].Add(TransferFactor.Rotation(3, parameter, -2 * coefficient));
            foreach (int control in qubits[..^1].Reverse())
            {
                Constant(cnot, [control, qubits[^1]]);
            }
        }

        private void Constant(double[,] transfer, ImmutableArray<int> qubits)
        {
            if (qubits.Length > 1)
            {
                Append(PauliTransfer.TryPermutation(transfer) is { } move ? new MoveOperation(qubits, move) : new TransferOperation(qubits, transfer));
                return;
            }

            List<TransferFactor> factors = _pending[qubits[0]];
            if (factors.Count > 0 && factors[^1].Constant is { } before)
            {
                factors[^1] = TransferFactor.Of(Product(transfer, before));
            }
            else
            {
                factors.Add(TransferFactor.Of(transfer));
            }
        }

        private void Append(DensityOperation operation)
        {
            foreach (int qubit in operation.Qubits)
            {
                Flush(qubit);
            }

            _operations.Add(operation);
        }

        private void Flush(int qubit)
        {
            if (_pending[qubit].Count > 0)
            {
                _operations.Add(new LocalOperation(qubit, [.. _pending[qubit]]));
                _pending[qubit].Clear();
            }
        }

        private static double[,] Product(double[,] a, double[,] b)
        {
            var product = new double[LocalOperation.Side, LocalOperation.Side];
            for (int i = 0; i < LocalOperation.Side; i++)
            {
                for (int j = 0; j < LocalOperation.Side; j++)
                {
                    for (int k = 0; k < LocalOperation.Side; k++)
                    {
                        product[i, j] += a[i, k] * b[k, j];
                    }
                }
            }

            return product;
        }
    }
}
