using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Noise;
using QDiff.Engine.Observables;
using QDiff.Engine.Programs;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests.Trajectories;

/// <summary>
/// Runs a program on the naive reference. Either all branches with their weights, which is the density matrix's answer, or the one branch that
/// given uniform numbers choose. States are not normalised: the squared norm of one is the probability of its branch.
/// </summary>
internal static class ReferenceProgram
{
    /// <summary>Values of parameters; the source (kind, index) is moved by a shift wherever it is marked differentiable.</summary>
    public static Func<Parameter, double> Bind(
        double[] parameters, double[] inputs, ParameterKind kind = ParameterKind.Constant, int index = 0, double shift = 0) => parameter =>
    {
        var source = parameter.Kind switch
        {
            ParameterKind.Trainable => parameters[parameter.Index],
            ParameterKind.Input => inputs[parameter.Index],
            _ => 0,
        };
        var moved = parameter.Kind == kind && parameter.Index == index && parameter.Differentiable ? shift : 0;
        return parameter.Kind == ParameterKind.Constant ? parameter.Offset : parameter.Scale * (source + moved) + parameter.Offset;
    };

    /// <summary>Every branch of nonzero probability: its state and its classical bits.</summary>
    public static List<(DenseState State, bool[] Bits)> Branches(QuantumProgram program, Func<Parameter, double> values)
    {
        List<(DenseState, bool[])> branches = [(new DenseState(program.QubitCount), new bool[program.BitCount])];
        return Run(program.Instructions, branches, values, new Counter(), null, null);
    }

    /// <summary>Σ over branches of the unnormalised readout: the mean of trajectories.</summary>
    public static double[] Mean(QuantumProgram program, Readout readout, Func<Parameter, double> bound)
    {
        var mean = new double[readout.Count];
        foreach (var (state, _) in Branches(program, bound))
        {
            var values = ReferenceCircuit.Read(state, readout);
            for (var k = 0; k < mean.Length; k++)
            {
                mean[k] += values[k];
            }
        }

        return mean;
    }

    /// <summary>The probability of every string of classical bits, bit 0 rightmost.</summary>
    public static Dictionary<string, double> BitProbabilities(QuantumProgram program, Func<Parameter, double> values) =>
        Branches(program, values)
            .GroupBy(branch => string.Concat(branch.Bits.Reverse().Select(bit => bit ? '1' : '0')))
            .ToDictionary(group => group.Key, group => group.Sum(branch => branch.State.Probabilities().Sum()));

    /// <summary>The branch that uniform numbers choose. Choices are written to, or with <paramref name="replay"/> read from, the list.</summary>
    public static (DenseState State, bool[] Bits) Trajectory(
        QuantumProgram program, Func<Parameter, double> values, Func<int, double> uniform, Dictionary<int, int>? choices = null, bool replay = false)
    {
        choices ??= [];
        List<(DenseState, bool[])> start = [(new DenseState(program.QubitCount), new bool[program.BitCount])];
        return Run(program.Instructions, start, values, new Counter(), replay ? null : uniform, choices).Single();
    }

    private static List<(DenseState State, bool[] Bits)> Run(
        IReadOnlyList<Instruction> instructions, List<(DenseState State, bool[] Bits)> branches, Func<Parameter, double> values,
        Counter draw, Func<int, double>? uniform, Dictionary<int, int>? choices)
    {
        foreach (var instruction in instructions)
        {
            switch (instruction)
            {
                case GateInstruction { Operation: var operation }:
                    var matrix = operation.Matrix is { } own
                        ? ReferenceGates.ReverseQubits(own)
                        : ReferenceGates.Matrix(
                            operation.Gate.QasmName ?? operation.Gate.Name.ToLowerInvariant(),
                            [.. operation.Parameters.Select(p => values(p))]);
                    branches.ForEach(branch => branch.State.Apply(matrix, [.. operation.Qubits]));
                    break;
                case ChannelInstruction channel:
                    branches = Split(branches, Operators(channel.Channel), [.. channel.Qubits], draw.Next++, -1, false, uniform, choices);
                    break;
                case MeasureInstruction measure:
                    branches = Split(branches, Projectors, [measure.Qubit], draw.Next++, measure.Bit, false, uniform, choices);
                    break;
                case ResetInstruction reset:
                    branches = Split(branches, Projectors, [reset.Qubit], draw.Next++, -1, true, uniform, choices);
                    break;
                case IfInstruction block:
                    var then = branches.Where(branch => block.Condition.Holds(branch.Bits)).ToList();
                    var otherwise = branches.Where(branch => !block.Condition.Holds(branch.Bits)).ToList();
                    then = Run(block.Then, then, values, draw, uniform, choices);
                    otherwise = Run(block.Else, otherwise, values, draw, uniform, choices);
                    branches = [.. then, .. otherwise];
                    break;
            }
        }

        return branches;
    }

    private static readonly Complex[][,] Projectors = [new Complex[,] { { 1, 0 }, { 0, 0 } }, new Complex[,] { { 0, 0 }, { 0, 1 } }];

    // √p P of every Pauli string in the order of the table, else the Kraus operators.
    private static Complex[][,] Operators(Channel channel) => channel.IsPauli
        ? [.. channel.PauliProbabilities.Select((p, index) => Scaled(PauliString(index, channel.QubitCount), Math.Sqrt(p)))]
        : [.. channel.Kraus.Select(ReferenceGates.ReverseQubits)];

    // The first qubit, whose digit is the lowest, is the leftmost factor of the reference's matrices.
    private static Complex[,] PauliString(int index, int qubits)
    {
        Complex[][,] paulis = [ReferenceGates.Identity, ReferenceGates.X, ReferenceGates.Y, ReferenceGates.Z];
        var matrix = paulis[index & 3];
        for (var q = 1; q < qubits; q++)
        {
            matrix = ReferenceGates.Kronecker(matrix, paulis[(index >> (2 * q)) & 3]);
        }

        return matrix;
    }

    private static Complex[,] Scaled(Complex[,] matrix, double factor)
    {
        var size = matrix.GetLength(0);
        var result = new Complex[size, size];
        for (var i = 0; i < size * size; i++)
        {
            result[i / size, i % size] = factor * matrix[i / size, i % size];
        }

        return result;
    }

    private static List<(DenseState State, bool[] Bits)> Split(
        List<(DenseState State, bool[] Bits)> branches, Complex[][,] operators, int[] qubits, int draw, int bit, bool resets,
        Func<int, double>? uniform, Dictionary<int, int>? choices)
    {
        var result = new List<(DenseState, bool[])>();
        foreach (var (state, bits) in branches)
        {
            DenseState[] images = [.. operators.Select(k => new DenseState(state.Amplitudes).Apply(k, qubits))];
            double[] weights = [.. images.Select(image => image.Probabilities().Sum())];
            if (uniform is not null)
            {
                choices![draw] = First(weights, uniform(draw) * weights.Sum());
            }

            for (var i = 0; i < images.Length; i++)
            {
                if (choices is not null ? choices[draw] != i : weights[i] < 1e-14)
                {
                    continue;
                }

                bool[] after = [.. bits];
                if (bit >= 0)
                {
                    after[bit] = i == 1;
                }

                if (resets && i == 1)
                {
                    images[i].Apply(ReferenceGates.X, qubits);
                }

                result.Add((images[i], after));
            }
        }

        return result;
    }

    private static int First(double[] weights, double limit)
    {
        double sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            if (sum > limit)
            {
                return i;
            }
        }

        return weights.Length - 1;
    }

    private sealed class Counter
    {
        public int Next { get; set; }
    }
}
