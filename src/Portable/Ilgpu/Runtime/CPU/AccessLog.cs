using System.Runtime.CompilerServices;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// Finds accesses that a GPU would punish. Time is counted in ticks: one for every stretch of one kernel thread from barrier to barrier. A
/// view's indexer cannot know whether its caller reads or writes, so the value before is kept, and at the end of the stretch
/// what has changed was written and the rest was read. Hence a write of the value that was there already counts as a read: two threads that
/// write one value to one place are reported (one wrote, the other "read"), and two that both write what was there before are not. An access
/// through a reference that a kernel keeps over a barrier is not seen behind it.
/// </summary>
internal sealed class AccessLog(KernelExecutor executor)
{
    // Ticks start again long before they overflow; that forgets what earlier groups of the launch did, and nothing else.
    private const int LastTick = 1 << 30;

    private readonly List<int> groupStarts = [];
    private int groupsForgotten;
    private Entry[] entries = new Entry[256];
    private int count;
    private int now;
    private int launchStart;
    private int groupStart;
    private int stretchStart;

    public KernelExecutor Executor => executor;

    /// <summary>The present tick; 0 while no kernel runs.</summary>
    public int Tick { get; private set; }

    /// <summary>Number of the launch.</summary>
    public int Launch { get; private set; }

    /// <summary>Changes when ticks start again: what a shadow knows from before is void.</summary>
    public int Era { get; private set; }

    public void BeginLaunch()
    {
        Launch++;
        launchStart = now + 1;
        groupStarts.Clear();
        groupsForgotten = 0;
    }

    public void BeginGroup()
    {
        if (now > LastTick)
        {
            StartAgain();
        }

        groupStart = now + 1;
        groupStarts.Add(groupStart);
        stretchStart = groupStart;
    }

    /// <summary>After a barrier: what was written before is seen by all.</summary>
    public void PassBarrier() => stretchStart = now + 1;

    /// <summary>A kernel thread starts, or goes on after a barrier.</summary>
    public void Enter() => Tick = ++now;

    /// <summary>The kernel thread has come to a barrier or to its end: its accesses are checked against those of the others.</summary>
    /// <exception cref="AcceleratorException">They clash, or memory was read that nothing wrote.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Leave()
    {
        for (int i = 0; i < count; i++)
        {
            ref var entry = ref entries[i];
            if (entry.Shadow is not null)
            {
                Settle(entry);
            }
        }

        Clear();
    }

    /// <summary>
    /// The only thread of a group has come to a barrier. It goes on in the same tick, so that a cell is logged once in a group and no more:
    /// what is checked of its own memory is the first stretch that touches it; for global memory it is the group as a whole.
    /// </summary>
    /// <exception cref="AcceleratorException">Memory was read that nothing wrote.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PassBarrierAlone()
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (entries[i].Shadow is { Space: MemorySpace.Global })
            {
                entries[kept++] = entries[i];
            }
            else if (entries[i].Shadow is not null)
            {
                Settle(entries[i]);
            }
        }

        count = kept;
    }

    /// <summary>No kernel thread runs; accesses of one that has failed are dropped.</summary>
    public void Clear()
    {
        count = 0;
        Tick = 0;
    }

    /// <summary>Logs the first access to a cell in this tick.</summary>
    public void Add(MemoryShadow shadow, long cell, ulong before)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, 2 * count);
        }

        entries[count++] = new(shadow, cell, before);
    }

    /// <summary>Follows a shadow whose cells are cut into <paramref name="parts"/> of <paramref name="bits"/> bits.</summary>
    public void Split(MemoryShadow shadow, int parts, int bits)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            if (entries[i].Shadow == shadow)
            {
                var whole = entries[i];
                entries[i] = default;
                for (int part = 0; part < parts; part++)
                {
                    Add(shadow, (whole.Cell * parts) + part, (whole.Before >> (part * bits)) & (ulong.MaxValue >> (64 - bits)));
                }
            }
        }
    }

    /// <summary>
    /// An atomic operation on an element that the running thread has just taken from a view: it is no plain access. A plain read of the
    /// same element before, in the same stretch, is forgotten with it.
    /// </summary>
    /// <exception cref="AcceleratorException">It clashes with a plain access of another thread, or nothing wrote the element.</exception>
    public unsafe void Atomic(void* address, int size)
    {
        for (int done = 0; done < size;)
        {
            int i = count - 1;
            while (i >= 0 && (entries[i].Shadow is not { } shadow || shadow.CellAt((byte*)address + done) != entries[i].Cell))
            {
                i--;
            }

            if (i < 0)
            {
                // The element is no part of a view: a variable of the thread.
                return;
            }

            done += entries[i].Shadow!.CellSize;
            SettleAtomic(entries[i]);
            entries[i] = default;
        }
    }

    private void SettleAtomic(in Entry entry)
    {
        var shadow = entry.Shadow!;
        if (shadow.Value(entry.Cell) != entry.Before)
        {
            Settle(entry);
        }

        ref var cell = ref shadow[entry.Cell];
        cell.Touched = 0;
        Require(entry, Math.Abs(cell.Written) >= groupStart, "changed atomically");
        Refuse(entry, cell.Written, "changed atomically", "written");
        Refuse(entry, cell.WrittenElsewhere, "changed atomically", "written");
        Refuse(entry, cell.Read, "changed atomically", "read");
        Refuse(entry, cell.ReadElsewhere, "changed atomically", "read");
        if (cell.Written != -Tick)
        {
            cell.WrittenElsewhere = cell.Written;
        }

        cell.Written = -Tick;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Settle(in Entry entry)
    {
        var shadow = entry.Shadow!;
        ref var cell = ref shadow[entry.Cell];
        ulong value = shadow.Value(entry.Cell);
        int written = Math.Abs(cell.Written);
        int elsewhere = Math.Abs(cell.WrittenElsewhere);
        string with = cell.Written < 0 ? "changed atomically" : "written";
        if (value == entry.Before)
        {
            Require(entry, written >= groupStart, "read");
            Refuse(entry, written, "read", with);
            Refuse(entry, elsewhere, "read", with);
            if (cell.Read < groupStart)
            {
                cell.ReadElsewhere = cell.Read;
            }

            cell.Read = Tick;
        }
        else
        {
            Require(entry, written >= groupStart || !shadow.IsSpoilt(value), "added to");
            Refuse(entry, written, "wrote", with);
            Refuse(entry, elsewhere, "wrote", with);
            Refuse(entry, cell.Read, "wrote", "read");
            Refuse(entry, cell.ReadElsewhere, "wrote", "read");
            cell.Written = Tick;
        }
    }

    // Memory of a group is there only after one of its threads has written it.
    private void Require(in Entry entry, bool wasWritten, string did)
    {
        if (!wasWritten && entry.Shadow!.Space != MemorySpace.Global)
        {
            throw executor.Fault($"{did} {entry.Shadow.Describe(entry.Cell)}, which nothing in the group has written; write it first, and put a barrier between if another thread does");
        }
    }

    // An access at another tick clashes if no barrier lies between: in this stretch, or in another group of the launch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Refuse(in Entry entry, int other, string did, string otherDid)
    {
        bool sameGroup = other >= stretchStart && other != Tick;
        bool otherGroup = other >= launchStart && other < groupStart && entry.Shadow!.Space == MemorySpace.Global;
        if (sameGroup || otherGroup)
        {
            throw Clash(entry, other, did, otherDid, otherGroup);
        }
    }

    private Exception Clash(in Entry entry, int other, string did, string otherDid, bool otherGroup)
    {
        if (otherGroup)
        {
            int group = groupStarts.BinarySearch(other);
            return executor.Fault(
                $"{did} {entry.Shadow!.Describe(entry.Cell)}, which {executor.NameOfGroup(groupsForgotten + (group < 0 ? ~group - 1 : group))} of the same launch has {otherDid}; groups run in no order, so let them use different elements or atomic operations");
        }

        return executor.Fault(
            $"{did} {entry.Shadow!.Describe(entry.Cell)}, which {executor.NameOfThread(other - stretchStart)} of the same group has {otherDid} with no barrier between; put Group.Barrier() between the two");
    }

    private void StartAgain()
    {
        Era++;
        Launch++;
        groupsForgotten += groupStarts.Count;
        groupStarts.Clear();
        now = 0;
        launchStart = 1;
    }

    private readonly struct Entry(MemoryShadow? shadow, long cell, ulong before)
    {
        public readonly MemoryShadow? Shadow = shadow;
        public readonly long Cell = cell;
        public readonly ulong Before = before;
    }
}
