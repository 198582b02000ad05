using System.Numerics;
using QDiff.Engine.Planning;
using QDiff.Engine.Programs;
using QDiff.Engine.Randomness;
using QDiff.Engine.Trajectories;

namespace QDiff.Engine.Cpu;

/// <summary>
/// Pauli frames, classical bits and random numbers of the trajectories of a tile. Everything is kept bit-sliced: bit s of a word belongs to
/// lane s, so that a CNOT of all frames is two exclusive-ors.
/// </summary>
internal sealed class PauliFrames
{
    private const int MaximumLanes = 32;

    private readonly double[] _even = new double[MaximumLanes];
    private readonly double[] _odd = new double[MaximumLanes];
    private readonly Stack<(uint Outer, uint Then)> _blocks = new();
    private TrajectoryPlan _plan = null!;
    private uint[] _x = [];
    private uint[] _z = [];
    private uint[] _negative = [];
    private uint[] _present = [];
    private uint[] _bits = [];
    private bool[] _oneRow = [];
    private ulong _seed;
    private long _first;
    private int _rows;
    private int _next;
    private int _block;

    /// <summary>Lanes that the current block is for.</summary>
    public uint Active { get; private set; }

    /// <summary>Starts trajectories first, first + 1, …, one in each of the lower lanes.</summary>
    public void Begin(TrajectoryPlan plan, ulong seed, long first, int rows)
    {
        int qubits = plan.Steps.QubitCount;
        if (!ReferenceEquals(plan, _plan))
        {
            _plan = plan;
            _x = new uint[qubits];
            _z = new uint[qubits];
            _negative = new uint[plan.SignCount];
            _present = new uint[plan.SignCount];
            _bits = new uint[plan.Program.BitCount];
            _oneRow = new bool[plan.Program.BitCount];
        }

        Array.Clear(_x);
        Array.Clear(_z);
        Array.Clear(_bits);
        _blocks.Clear();
        _seed = seed;
        _first = first;
        _rows = rows;
        _next = 0;
        _block = -1;
        Active = uint.MaxValue;
    }

    /// <summary>Lets everything happen that comes before event number <paramref name="end"/>.</summary>
    public void Advance(int end)
    {
        var events = _plan.Events;
        for (; _next < end; _next++)
        {
            switch (events[_next])
            {
                case FrameSign sign:
                    _negative[sign.Sign] = Anticommuting(sign.X, sign.Z);
                    _present[sign.Sign] = Active;
                    break;
                case FrameRenaming renaming:
                    Rename(renaming);
                    break;
                case PauliDraw draw:
                    Draw(draw);
                    break;
                case DepolarizingDraw draw:
                    Draw(draw);
                    break;
                case PauliFlip flip:
                    Flip(flip.X, flip.Z, Active);
                    break;
                case BlockBegin block:
                    uint holds = Holds(block.Condition);
                    _blocks.Push((Active, holds));
                    Active &= holds;
                    break;
                case BlockElse:
                    var (outer, then) = _blocks.Peek();
                    Active = outer & ~then;
                    break;
                case BlockEnd:
                    Active = _blocks.Pop().Outer;
                    break;
            }
        }
    }

    /// <summary>Lanes in which a rotation has the opposite sign.</summary>
    public uint Negative(int sign) => _negative[sign];

    /// <summary>Lanes that have the rotation.</summary>
    public uint Present(int sign) => _present[sign];

    /// <summary>Lanes whose frame anticommutes with the Pauli string of those masks.</summary>
    public uint Anticommuting(int x, int z)
    {
        uint lanes = 0;
        for (; z != 0; z &= z - 1)
        {
            lanes ^= _x[BitOperations.TrailingZeroCount(z)];
        }

        for (; x != 0; x &= x - 1)
        {
            lanes ^= _z[BitOperations.TrailingZeroCount(x)];
        }

        return lanes;
    }

    /// <summary>Qubits with an X factor in the frame of one lane.</summary>
    public int XMask(int lane)
    {
        int mask = 0;
        for (int q = 0; q < _x.Length; q++)
        {
            mask |= (int)((_x[q] >> lane) & 1) << q;
        }

        return mask;
    }

    /// <summary>The frame of one lane on some qubits.</summary>
    public LocalFrame Local(ReadOnlySpan<int> qubits, int lane)
    {
        int x = 0, z = 0;
        for (int i = 0; i < qubits.Length; i++)
        {
            x |= (int)((_x[qubits[i]] >> lane) & 1) << i;
            z |= (int)((_z[qubits[i]] >> lane) & 1) << i;
        }

        return new LocalFrame(x, z, ((Active >> lane) & 1) != 0);
    }

    /// <summary>A uniform number of a lane's trajectory: words 2·draw and 2·draw + 1 of its stream.</summary>
    public double Uniform(int draw, int lane) => Uniforms(draw)[lane];

    /// <summary>Stores a measured bit in the lanes of the current block.</summary>
    public void SetBit(int bit, uint value) => _bits[bit] = (_bits[bit] & ~Active) | (value & Active);

    /// <summary>The simulated qubit is in state <paramref name="simulated"/> and shall be |0⟩: so the frame has X where that is 1.</summary>
    public void SetZero(int qubit, uint simulated)
    {
        _x[qubit] = (_x[qubit] & ~Active) | (simulated & Active);
        _z[qubit] &= ~Active;
    }

    /// <summary>Sets a bit of one lane, outside all blocks.</summary>
    public void SetBit(int bit, int lane, bool value) => _bits[bit] = (_bits[bit] & ~(1u << lane)) | (value ? 1u << lane : 0);

    /// <summary>Whether a classical bit of a lane is 1.</summary>
    public bool Bit(int bit, int lane) => ((_bits[bit] >> lane) & 1) != 0;

    private double[] Uniforms(int draw)
    {
        int block = draw >> 1;
        if (block != _block)
        {
            _block = block;

            // Numbers are drawn four at a time; trajectories beyond the last have numbers too, which nothing reads.
            int count = (_rows + 3) / 4 * 4;
            CounterRandom.DoublePairs(_seed, _first, TrajectoryRun.Operation, block, _even.AsSpan(0, count), _odd.AsSpan(0, count));
        }

        return (draw & 1) == 0 ? _even : _odd;
    }

    private void Draw(PauliDraw draw)
    {
        double[] uniforms = Uniforms(draw.Draw), cumulative = draw.Cumulative;
        double first = cumulative[0];
        int last = cumulative.Length - 1;
        bool firstIsIdentity = draw.Paulis[0] == (0, 0);
        for (int s = 0; s < _rows; s++)
        {
            double uniform = uniforms[s];
            if (uniform < first && firstIsIdentity)
            {
                continue;
            }

            int choice = 0;
            while (choice < last && uniform >= cumulative[choice])
            {
                choice++;
            }

            var (x, z) = draw.Paulis[choice];
            Flip(x, z, Active & (1u << s));
        }
    }

    private void Draw(DepolarizingDraw draw)
    {
        for (int s = 0; s < _rows; s++)
        {
            if (Uniform(draw.Draw, s) < 1 - draw.ErrorProbability)
            {
                continue;
            }

            var words = new CounterRandom(_seed, _first + s, TrajectoryRun.StringOperation).Block(draw.Draw);
            ulong strings = (1UL << (2 * draw.Qubits.Length)) - 1;
            ulong index = 1 + Math.BigMul(((ulong)words.Word1 << 32) | words.Word0, strings, out _);
            int x = 0, z = 0;
            for (int q = 0; q < draw.Qubits.Length; q++)
            {
                ulong digit = (index >> (2 * q)) & 3;
                x |= digit is 1 or 2 ? 1 << draw.Qubits[q] : 0;
                z |= digit is 2 or 3 ? 1 << draw.Qubits[q] : 0;
            }

            Flip(x, z, Active & (1u << s));
        }
    }

    private void Flip(int x, int z, uint lanes)
    {
        for (; x != 0; x &= x - 1)
        {
            _x[BitOperations.TrailingZeroCount(x)] ^= lanes;
        }

        for (; z != 0; z &= z - 1)
        {
            _z[BitOperations.TrailingZeroCount(z)] ^= lanes;
        }
    }

    private void Rename(FrameRenaming renaming)
    {
        Span<uint> x = stackalloc uint[renaming.Qubits.Length], z = stackalloc uint[renaming.Qubits.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = z[i] = 0;
            for (int j = 0; j < x.Length; j++)
            {
                x[i] ^= ((renaming.XRows[i] >> j) & 1) != 0 ? _x[renaming.Qubits[j]] : 0;
                z[i] ^= ((renaming.ZRows[i] >> j) & 1) != 0 ? _z[renaming.Qubits[j]] : 0;
            }
        }

        for (int i = 0; i < x.Length; i++)
        {
            _x[renaming.Qubits[i]] = x[i];
            _z[renaming.Qubits[i]] = z[i];
        }
    }

    private uint Holds(Condition condition)
    {
        uint lanes = 0;
        for (int s = 0; s < _rows; s++)
        {
            foreach (int bit in condition.Bits)
            {
                _oneRow[bit] = Bit(bit, s);
            }

            lanes |= condition.Holds(_oneRow) ? 1u << s : 0;
        }

        return lanes;
    }
}
