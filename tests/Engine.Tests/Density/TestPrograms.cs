using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Tests.Density;

/// <summary>Programs and states that the tests of density matrices share. Everything comes from a fixed seed.</summary>
internal static class TestPrograms
{
    /// <summary>The gates of <see cref="TestCircuits.Random"/> with channels, measurements, resets and barriers among them.</summary>
    public static QuantumProgram Random(int qubits, int gates, int seed, bool noise = true)
    {
        var random = new Random(seed);
        var circuit = TestCircuits.Random(qubits, gates, seed);
        var builder = new ProgramBuilder(qubits, 1);
        foreach (var operation in circuit.Operations)
        {
            builder.Append(new GateInstruction(operation));
            if (!noise)
            {
                continue;
            }

            switch (random.Next(8))
            {
                case 0: builder.Channel(ChannelCatalog.Depolarizing.Create(0.1), random.Next(qubits)); break;
                case 1: builder.Channel(ChannelCatalog.AmplitudeDamping.Create(0.2), random.Next(qubits)); break;
                case 2:
                    var arity = random.Next(1, Math.Min(3, qubits) + 1);
                    builder.Channel(Kraus(arity, random), All()[..arity]);
                    break;
                case 3: builder.Measure(random.Next(qubits), 0); break;
                case 4: builder.Reset(random.Next(qubits)).Append(new BarrierInstruction([0])); break;
                case 5: builder.Channel(ChannelCatalog.Depolarizing.CreateOn(qubits, 0.05), All()); break;
            }
        }

        return builder.Build();

        int[] All()
        {
            var all = Enumerable.Range(0, qubits).ToArray();
            random.Shuffle(all);
            return all;
        }
    }

    /// <summary>A random channel: four blocks of a random isometry, 2^k × 2^k each.</summary>
    public static Channel Kraus(int qubits, Random random)
    {
        var size = 1 << qubits;
        var unitary = TestCircuits.RandomUnitary(4 * size, random);
        return Channel.FromKraus([.. Enumerable.Range(0, 4).Select(block =>
        {
            var k = new Complex[size, size];
            for (var i = 0; i < size * size; i++)
            {
                k[i / size, i % size] = unitary[block * size + i / size, i % size];
            }

            return k;
        })]);
    }
}
