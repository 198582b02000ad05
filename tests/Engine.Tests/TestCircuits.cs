using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Observables;
using QDiff.Engine.Tests.Reference;

namespace QDiff.Engine.Tests;

/// <summary>Circuits, states and readouts that the contract tests share. Everything comes from a fixed seed.</summary>
internal static class TestCircuits
{
    /// <summary>All ordered choices of <paramref name="arity"/> different qubits of a register.</summary>
    public static IEnumerable<int[]> Placements(int arity, int qubits) => arity == 0
        ? [[]]
        : Placements(arity - 1, qubits).SelectMany(head => Enumerable.Range(0, qubits).Except(head).Select(last => (int[])[.. head, last]));

    /// <summary>
    /// Gates of the whole catalog and user unitaries at random places; angles are constants, trainable parameters (some shared, scaled,
    /// shifted) and inputs (some marked as data).
    /// </summary>
    public static Circuit Random(int qubits, int gates, int seed, int trainables = 6, int inputs = 4)
    {
        var random = new Random(seed);
        var builder = new CircuitBuilder(qubits);
        var fitting = GateCatalog.All.Where(gate => gate.Arity <= qubits).ToArray();
        for (var i = 0; i < gates; i++)
        {
            if (random.Next(12) == 0)
            {
                var arity = random.Next(1, Math.Min(3, qubits) + 1);
                builder.Unitary(RandomUnitary(1 << arity, random), Choose(arity));
                continue;
            }

            var gate = fitting[random.Next(fitting.Length)];
            var parameters = new Parameter[gate.ParameterCount];
            for (var p = 0; p < parameters.Length; p++)
            {
                parameters[p] = random.Next(5) switch
                {
                    0 => 4 * random.NextDouble() - 2,
                    1 => Parameter.Trainable(random.Next(trainables)),
                    2 => (2 * random.NextDouble() - 1) * Parameter.Trainable(random.Next(trainables)) + random.NextDouble(),
                    3 => Parameter.Input(random.Next(inputs)),
                    _ => -1.5 * Parameter.Input(random.Next(inputs), differentiable: random.Next(3) != 0) + 0.25,
                };
            }

            builder.Append(gate, Choose(gate.Arity), parameters);
        }

        return builder.Build(trainables, inputs);

        int[] Choose(int arity)
        {
            var all = Enumerable.Range(0, qubits).ToArray();
            random.Shuffle(all);
            return all[..arity];
        }
    }

    /// <summary>The ansatz of the main job: layers of RY and RZ on every qubit, then CNOT(i, i + 1) along the chain.</summary>
    public static Circuit Ansatz(int qubits, int layers)
    {
        var builder = new CircuitBuilder(qubits);
        var index = 0;
        for (var layer = 0; layer < layers; layer++)
        {
            for (var qubit = 0; qubit < qubits; qubit++)
            {
                builder.RY(qubit, Parameter.Trainable(index++)).RZ(qubit, Parameter.Trainable(index++));
            }

            for (var qubit = 0; qubit + 1 < qubits; qubit++)
            {
                builder.CNOT(qubit, qubit + 1);
            }
        }

        return builder.Build();
    }

    /// <summary>Numbers that <see langword="float"/> holds exactly, so that both precisions and the reference start from the same ones.</summary>
    public static double[] Numbers(int count, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (double)(float)(scale * (2 * random.NextDouble() - 1)))];
    }

    /// <summary>States with amplitudes that <see langword="float"/> holds exactly, normalised up to that rounding.</summary>
    public static DenseState[] InitialStates(int batch, int qubits, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, batch).Select(_ =>
        {
            var amplitudes = Enumerable.Range(0, 1 << qubits).Select(_ => new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5)).ToArray();
            var norm = Math.Sqrt(amplitudes.Sum(a => a.Real * a.Real + a.Imaginary * a.Imaginary));
            return new DenseState([.. amplitudes.Select(a => new Complex((float)(a.Real / norm), (float)(a.Imaginary / norm)))]);
        })];
    }

    public static DenseState[] ZeroStates(int batch, int qubits) => [.. Enumerable.Range(0, batch).Select(_ => new DenseState(qubits))];

    /// <summary>A random Pauli string with exactly <paramref name="weight"/> factors.</summary>
    public static PauliString RandomPauli(int qubits, int weight, Random random)
    {
        var all = Enumerable.Range(0, qubits).ToArray();
        random.Shuffle(all);
        return PauliString.From(all[..weight].Select(qubit => (qubit, (Pauli)random.Next(1, 4))).ToArray());
    }

    /// <summary>Strings of every weight from 0 to the whole register, several of each, with a repetition, in mixed order.</summary>
    public static Readout RandomPaulis(int qubits, int seed)
    {
        var random = new Random(seed);
        var strings = Enumerable.Range(0, qubits + 1)
            .SelectMany(weight => Enumerable.Range(0, weight == 0 ? 1 : 4).Select(_ => RandomPauli(qubits, weight, random)))
            .ToArray();
        random.Shuffle(strings);
        return Readout.Expectations([.. strings, strings[0]]);
    }

    /// <summary>A unitary by Gram-Schmidt on random columns.</summary>
    public static Complex[,] RandomUnitary(int size, Random random)
    {
        var columns = new Complex[size][];
        for (var j = 0; j < size; j++)
        {
            var column = Enumerable.Range(0, size).Select(_ => new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5)).ToArray();
            // Twice is enough for orthogonality at rounding error.
            for (var repeat = 0; repeat < 2; repeat++)
            {
                for (var k = 0; k < j; k++)
                {
                    var inner = columns[k].Zip(column, (a, b) => Complex.Conjugate(a) * b).Aggregate(Complex.Add);
                    column = [.. column.Zip(columns[k], (b, a) => b - inner * a)];
                }
            }

            var norm = Math.Sqrt(column.Sum(a => a.Real * a.Real + a.Imaginary * a.Imaginary));
            columns[j] = [.. column.Select(a => a / norm)];
        }

        var matrix = new Complex[size, size];
        for (var i = 0; i < size * size; i++)
        {
            matrix[i / size, i % size] = columns[i % size][i / size];
        }

        return matrix;
    }
}
