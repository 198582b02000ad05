using System.Collections.Immutable;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;
using QDiff.Engine.Programs;

namespace QDiff.Engine.Chips;

/// <summary>
/// Maps programs onto couplings by putting in SWAP gates, each 3 CZ. Of all exchanges next to the gates that wait it takes the one that brings these and the
/// following gates closest together (SABRE); the qubits' first places come from a run forwards and one backwards, where that saves exchanges. Deterministic.
/// </summary>
/// <remarks>Source: Li, Ding and Xie 2019 (docs/references.md: Li2019).</remarks>
public sealed class Router
{
    // Of the gates that follow those that wait, so many count, with this weight; figures of the source.
    private const int LookAhead = 20;
    private const double LookAheadWeight = 0.5;

    // An exchange of the same position soon after costs more, so that independent ones happen side by side.
    private const double Decay = 0.001;

    private readonly int _positions;
    private readonly ImmutableArray<(int First, int Second)> _couplings;
    private readonly int[,] _distance;

    /// <summary>A router for given couplings.</summary>
    /// <param name="positions">Number of positions, 1-30.</param>
    /// <param name="couplings">Pairs of positions, in any order.</param>
    /// <exception cref="ArgumentException">A position is out of range.</exception>
    public Router(int positions, ImmutableArray<(int First, int Second)> couplings)
    {
        Guard.RouterCouplings(positions, couplings);
        _positions = positions;
        _couplings = couplings;
        _distance = Distances(positions, couplings);
    }

    /// <summary>Routes a program. Gates on three qubits are taken apart first; conditional blocks leave every qubit where it was.</summary>
    /// <param name="program">At most as many qubits as there are positions; channels on one qubit only.</param>
    /// <exception cref="ArgumentException">
    /// Too many qubits, a user's own unitary on three qubits, a channel on several, or qubits of one gate that no couplings connect.
    /// </exception>
    public RoutedProgram Route(QuantumProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Guard.RoutedRegister(program.QubitCount, _positions);
        ImmutableArray<Instruction> instructions = ThreeQubitGates.Expand(program.Instructions);
        Guard.Routable(instructions);
        int[] straight = [.. Enumerable.Range(0, _positions)];
        var pass = new Pass(this, instructions, straight);
        pass.Run();
        if (pass.Swaps > 0)
        {
            var backwards = new Pass(this, [.. instructions.Reverse()], pass.Layout);
            backwards.Run();
            var again = new Pass(this, instructions, backwards.Layout);
            again.Run();
            (pass, straight) = again.Swaps < pass.Swaps ? (again, backwards.Layout) : (pass, straight);
        }

        return new RoutedProgram(
            new QuantumProgram(
                _positions, program.BitCount, [new Register("q", 0, _positions)], program.BitRegisters, pass.Routed, program.TrainableCount, program.InputCount),
            [.. straight.Take(program.QubitCount)], [.. pass.Layout.Take(program.QubitCount)], pass.Swaps);
    }

    private static int[,] Distances(int positions, ImmutableArray<(int First, int Second)> couplings)
    {
        // Unconnected positions are farther apart than any path is long.
        var distance = new int[positions, positions];
        for (int i = 0; i < positions * positions; i++)
        {
            distance[i / positions, i % positions] = i / positions == i % positions ? 0 : positions;
        }

        foreach (var (first, second) in couplings)
        {
            distance[first, second] = distance[second, first] = 1;
        }

        for (int k = 0; k < positions; k++)
        {
            for (int i = 0; i < positions; i++)
            {
                for (int j = 0; j < positions; j++)
                {
                    distance[i, j] = Math.Min(distance[i, j], distance[i, k] + distance[k, j]);
                }
            }
        }

        return distance;
    }

    /// <summary>One run through a list of instructions.</summary>
    private sealed class Pass
    {
        private readonly Router _router;
        private readonly ImmutableArray<Instruction> _instructions;
        private readonly ImmutableArray<Instruction>.Builder _routed = ImmutableArray.CreateBuilder<Instruction>();
        private readonly List<int>[] _followers;
        private readonly int[] _waitsFor;
        private readonly bool[] _done;
        private readonly double[] _decay;
        private int _firstOpen;

        public Pass(Router router, ImmutableArray<Instruction> instructions, int[] layout)
        {
            _router = router;
            _instructions = instructions;
            Layout = [.. layout];
            _followers = [.. instructions.Select(_ => new List<int>())];
            _waitsFor = new int[instructions.Length];
            _done = new bool[instructions.Length];
            _decay = new double[router._positions];
            Order();
        }

        /// <summary>The position of each qubit.</summary>
        public int[] Layout { get; }

        public int Swaps { get; private set; }

        public ImmutableArray<Instruction> Routed => _routed.ToImmutable();

        public void Run()
        {
            var front = new SortedSet<int>(Enumerable.Range(0, _instructions.Length).Where(i => _waitsFor[i] == 0));
            int sinceProgress = 0;
            while (front.Count > 0)
            {
                int[] ready = [.. front.Where(i => TwoQubitGate(_instructions[i]) is not { } gate || Distance(gate) == 1)];
                if (ready.Length > 0)
                {
                    foreach (int i in ready)
                    {
                        Emit(i, front);
                    }

                    sinceProgress = 0;
                    Array.Clear(_decay);
                    continue;
                }

                Operation[] waiting = [.. front.Select(i => TwoQubitGate(_instructions[i])!)];
                Guard.Connected(waiting[0], Distance(waiting[0]), _router._positions);

                // The score may go round in circles; a gate that has waited this long is brought together on the shortest path.
                if (sinceProgress++ < 2 * _router._positions)
                {
                    Exchange(BestExchange(waiting, Following(front)));
                }
                else
                {
                    foreach (var pair in ShortestPath(waiting[0]))
                    {
                        Exchange(pair);
                    }
                }
            }
        }

        // Instructions wait for the one before on each of their qubits and bits.
        private void Order()
        {
            var last = new Dictionary<(bool IsBit, int Index), int>();
            for (int i = 0; i < _instructions.Length; i++)
            {
                foreach (var place in Places(_instructions[i]).Distinct())
                {
                    if (last.TryGetValue(place, out int before))
                    {
                        _followers[before].Add(i);
                        _waitsFor[i]++;
                    }

                    last[place] = i;
                }
            }
        }

        private static IEnumerable<(bool IsBit, int Index)> Places(Instruction instruction) => instruction switch
        {
            GateInstruction gate => gate.Operation.Qubits.Select(qubit => (false, qubit)),
            ChannelInstruction channel => channel.Qubits.Select(qubit => (false, qubit)),
            ResetInstruction reset => [(false, reset.Qubit)],
            MeasureInstruction measure => [(false, measure.Qubit), (true, measure.Bit)],
            BarrierInstruction barrier => barrier.Qubits.Select(qubit => (false, qubit)),
            IfInstruction block => block.Condition.Bits.Select(bit => (true, bit)).Concat(block.Then.Concat(block.Else).SelectMany(Places)),
            _ => [],
        };

        private static Operation? TwoQubitGate(Instruction instruction) =>
            instruction is GateInstruction { Operation: { Qubits.Length: 2 } operation } ? operation : null;

        private int Distance(Operation gate) => _router._distance[Layout[gate.Qubits[0]], Layout[gate.Qubits[1]]];

        private void Emit(int index, SortedSet<int> front)
        {
            _routed.Add(Placed(_instructions[index]));
            _done[index] = true;
            front.Remove(index);
            foreach (int follower in _followers[index])
            {
                if (--_waitsFor[follower] == 0)
                {
                    front.Add(follower);
                }
            }
        }

        private Instruction Placed(Instruction instruction) => instruction switch
        {
            GateInstruction { Operation: var gate } => new GateInstruction(new Operation(gate.Gate, Placed(gate.Qubits), gate.Parameters)),
            ChannelInstruction channel => channel with { Qubits = Placed(channel.Qubits) },
            ResetInstruction reset => new ResetInstruction(Layout[reset.Qubit]),
            MeasureInstruction measure => measure with { Qubit = Layout[measure.Qubit] },
            BarrierInstruction barrier => new BarrierInstruction(Placed(barrier.Qubits)),
            IfInstruction block => block with { Then = PlacedBlock(block.Then), Else = PlacedBlock(block.Else) },
            _ => instruction,
        };

        private ImmutableArray<int> Placed(ImmutableArray<int> qubits) => [.. qubits.Select(qubit => Layout[qubit])];

        // A block may not run, so it undoes its exchanges at once.
        private ImmutableArray<Instruction> PlacedBlock(ImmutableArray<Instruction> block)
        {
            var placed = ImmutableArray.CreateBuilder<Instruction>();
            foreach (Instruction instruction in block)
            {
                (int, int)[] path = [];
                if (TwoQubitGate(instruction) is { } gate)
                {
                    Guard.Connected(gate, Distance(gate), _router._positions);
                    path = ShortestPath(gate);
                }

                foreach (var pair in path)
                {
                    placed.Add(Swap(pair));
                }

                placed.Add(Placed(instruction));
                foreach (var pair in path.Reverse())
                {
                    placed.Add(Swap(pair));
                }
            }

            return placed.ToImmutable();
        }

        private void Exchange((int First, int Second) pair)
        {
            _routed.Add(Swap(pair));
            _decay[pair.First] += Decay;
            _decay[pair.Second] += Decay;
        }

        private GateInstruction Swap((int First, int Second) pair)
        {
            int first = Array.IndexOf(Layout, pair.First), second = Array.IndexOf(Layout, pair.Second);
            (Layout[first], Layout[second]) = (pair.Second, pair.First);
            Swaps++;
            return new GateInstruction(new Operation(GateCatalog.SWAP, [pair.First, pair.Second], []));
        }

        // The exchanges that move a gate's first qubit next to its second.
        private (int, int)[] ShortestPath(Operation gate)
        {
            int at = Layout[gate.Qubits[0]], goal = Layout[gate.Qubits[1]];
            var path = new List<(int, int)>();
            while (_router._distance[at, goal] > 1)
            {
                int next = Enumerable.Range(0, _router._positions)
                    .First(p => _router._distance[at, p] == 1 && _router._distance[p, goal] < _router._distance[at, goal]);
                path.Add((at, next));
                at = next;
            }

            return [.. path];
        }

        private (int First, int Second) BestExchange(Operation[] waiting, List<Operation> following)
        {
            HashSet<int> near = [.. waiting.SelectMany(gate => gate.Qubits).Select(qubit => Layout[qubit])];
            (int First, int Second) best = default;
            double least = double.PositiveInfinity;
            foreach (var pair in _router._couplings)
            {
                if (!near.Contains(pair.First) && !near.Contains(pair.Second))
                {
                    continue;
                }

                double score = (1 + Math.Max(_decay[pair.First], _decay[pair.Second]))
                    * (Mean(waiting, pair) + (following.Count == 0 ? 0 : LookAheadWeight * Mean(following, pair)));
                (best, least) = score < least ? (pair, score) : (best, least);
            }

            return best;
        }

        // The mean distance of gates after an exchange.
        private double Mean(IReadOnlyCollection<Operation> gates, (int First, int Second) pair)
        {
            double sum = 0;
            foreach (Operation gate in gates)
            {
                sum += _router._distance[After(Layout[gate.Qubits[0]]), After(Layout[gate.Qubits[1]])];
            }

            return sum / gates.Count;

            int After(int position) => position == pair.First ? pair.Second : position == pair.Second ? pair.First : position;
        }

        private List<Operation> Following(SortedSet<int> front)
        {
            while (_done[_firstOpen])
            {
                _firstOpen++;
            }

            var following = new List<Operation>();
            for (int i = _firstOpen; i < _instructions.Length && following.Count < LookAhead; i++)
            {
                if (!_done[i] && !front.Contains(i) && TwoQubitGate(_instructions[i]) is { } gate)
                {
                    following.Add(gate);
                }
            }

            return following;
        }
    }
}
