using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Noise;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Tests.Trajectories;

/// <summary>Programs and channels that the trajectory tests share.</summary>
internal static class TestPrograms
{
    /// <summary>One channel of every row of the catalog, on every number of qubits up to three.</summary>
    public static IReadOnlyList<Channel> Channels { get; } =
    [
        ChannelCatalog.BitFlip.Create(0.3),
        ChannelCatalog.PhaseFlip.Create(0.4),
        ChannelCatalog.BitPhaseFlip.Create(0.35),
        ChannelCatalog.Pauli.Create(0.1, 0.2, 0.3),
        ChannelCatalog.Depolarizing.Create(0.6),
        ChannelCatalog.Depolarizing.CreateOn(2, 0.7),
        ChannelCatalog.Depolarizing.CreateOn(3, 0.5),
        ChannelCatalog.AmplitudeDamping.Create(0.4),
        ChannelCatalog.GeneralizedAmplitudeDamping.Create(0.5, 0.3),
        ChannelCatalog.PhaseDamping.Create(0.6),
        ChannelCatalog.ThermalRelaxation.Create(20, 25, 15, 0.2),
        ChannelCatalog.OverRotation.Create(1, -2, 0.5, -1.1),
        ChannelCatalog.Reset.Create(0.3, 0.2),
        ChannelCatalog.MixedUnitary.CreateOf(
            [TestCircuits.RandomUnitary(4, new Random(3)), TestCircuits.RandomUnitary(4, new Random(4))], 0.3, 0.7),
        ChannelCatalog.Kraus.CreateOf(RandomKraus(2, 3, 5)),
        ChannelCatalog.Kraus.CreateOf(RandomKraus(4, 3, 6)),
        ChannelCatalog.Kraus.CreateOf(RandomKraus(8, 2, 7)),
    ];

    /// <summary>Random Kraus operators: blocks of columns of a random unitary on a larger space.</summary>
    public static System.Numerics.Complex[][,] RandomKraus(int size, int count, int seed)
    {
        var unitary = TestCircuits.RandomUnitary(size * count, new Random(seed));
        var operators = new System.Numerics.Complex[count][,];
        for (var k = 0; k < count; k++)
        {
            operators[k] = new System.Numerics.Complex[size, size];
            for (var i = 0; i < size * size; i++)
            {
                operators[k][i / size, i % size] = unitary[(k * size) + (i / size), i % size];
            }
        }

        return operators;
    }

    /// <summary>
    /// Random gates (the whole catalog, user unitaries, all kinds of parameters) with channels, measurements, resets and conditional blocks among them.
    /// </summary>
    public static QuantumProgram Random(int qubits, int gates, int events, int seed, bool conditions = true)
    {
        var random = new Random(seed);
        var circuit = TestCircuits.Random(qubits, gates, seed);
        var builder = new ProgramBuilder(qubits, 2);
        var channels = Channels.Where(channel => channel.QubitCount <= qubits).ToArray();
        var places = Enumerable.Range(0, events).Select(_ => random.Next(2, gates)).ToList();
        for (var i = 0; i < gates; i++)
        {
            builder.Append(new GateInstruction(circuit.Operations[i]));
            foreach (var _ in places.Where(place => place == i))
            {
                switch (random.Next(conditions ? 6 : 3))
                {
                    case < 3:
                        var channel = channels[random.Next(channels.Length)];
                        builder.Channel(channel, Choose(channel.QubitCount));
                        break;
                    case 3:
                        builder.Measure(random.Next(qubits), random.Next(2));
                        break;
                    case 4:
                        builder.Reset(random.Next(qubits));
                        break;
                    default:
                        builder.Measure(random.Next(qubits), 0);
                        var gate = GateCatalog.All.Where(row => row.ParameterCount == 0 && row.Arity <= qubits).ElementAt(random.Next(17));
                        builder.If(
                            new Condition([0], 1),
                            [
                                new GateInstruction(new Operation(gate, [.. Choose(gate.Arity)], [])),
                                new GateInstruction(new Operation(GateCatalog.RX, [random.Next(qubits)], [Parameter.Trainable(1)])),
                                new ChannelInstruction(ChannelCatalog.AmplitudeDamping.Create(0.3), [random.Next(qubits)]),
                            ],
                            [new GateInstruction(new Operation(GateCatalog.CNOT, [.. Choose(2)], []))]);
                        break;
                }
            }
        }

        return builder.Build();

        int[] Choose(int count)
        {
            var all = Enumerable.Range(0, qubits).ToArray();
            random.Shuffle(all);
            return all[..count];
        }
    }
}
