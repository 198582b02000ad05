using QDiff.Engine.Planning;
using QDiff.Kernels.Devices;

namespace QDiff.Kernels.Trajectories;

/// <summary>Events of the Pauli frame as integers, see <see cref="EventCode"/>.</summary>
internal sealed class EventBuilder
{
    private readonly List<double> _numbers;

    /// <param name="events">The events.</param>
    /// <param name="numbers">Where their probabilities are put.</param>
    /// <exception cref="DeviceException">Conditional blocks are nested too deeply.</exception>
    public EventBuilder(FrameEvent[] events, List<double> numbers)
    {
        _numbers = numbers;
        Ends = new int[events.Length + 1];
        int depth = 0;
        for (int e = 0; e < events.Length; e++)
        {
            depth += events[e] is BlockBegin ? 1 : events[e] is BlockEnd ? -1 : 0;
            if (depth > EventCode.MostBlocks)
            {
                throw new DeviceException($"A device runs up to {EventCode.MostBlocks} conditional blocks within each other and the program has more; run it on 'cpu'.");
            }

            (int kind, int[] own) = Encode(events[e]);
            Code.AddRange([kind, EventCode.Header + own.Length, .. own]);
            Ends[e + 1] = Code.Count;
        }
    }

    /// <summary>The events, one after the other.</summary>
    public List<int> Code { get; } = [];

    /// <summary>Where each number of events ends.</summary>
    public int[] Ends { get; }

    private (int Kind, int[] Own) Encode(FrameEvent frameEvent) => frameEvent switch
    {
        PauliDraw draw => (EventCode.PauliDraw, [draw.Draw, draw.Paulis.Length, Add(draw.Cumulative), .. draw.Paulis.SelectMany(pauli => new[] { pauli.X, pauli.Z })]),
        DepolarizingDraw draw => (EventCode.DepolarizingDraw, [draw.Draw, Add([1 - draw.ErrorProbability]), draw.Qubits.Length, .. draw.Qubits]),
        PauliFlip flip => (EventCode.PauliFlip, [flip.X, flip.Z]),
        FrameSign sign => (EventCode.FrameSign, [sign.Sign, sign.X, sign.Z]),
        FrameRenaming renaming => (EventCode.Renaming,
            [renaming.Qubits.Length, .. renaming.Qubits.SelectMany((qubit, i) => new[] { qubit, renaming.XRows[i], renaming.ZRows[i] })]),
        BlockBegin { Condition: var condition } => (EventCode.BlockBegin,
            [(int)condition.Comparison, (int)condition.Value, (int)(condition.Value >> 32), condition.Bits.Length, .. condition.Bits]),
        BlockElse => (EventCode.BlockElse, []),
        _ => (EventCode.BlockEnd, []),
    };

    private int Add(double[] numbers)
    {
        int first = _numbers.Count;
        _numbers.AddRange(numbers);
        return first;
    }
}
