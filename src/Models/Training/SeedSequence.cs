namespace QDiff.Models.Training;

/// <summary>
/// Derives independent 64-bit seeds from a run's seed, so that step k of a stage draws the same numbers whether or not the run was
/// interrupted before it: nothing random needs saving in a checkpoint.
/// </summary>
public static class SeedSequence
{
    /// <summary>The seed for one purpose at one place of a run.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="place">Step, epoch or 0.</param>
    public static ulong Derive(ulong seed, string purpose, long place = 0)
    {
        ulong state = Mix(seed);
        foreach (char c in purpose)
        {
            state = Mix(state ^ c);
        }

        return Mix(state ^ (ulong)place);
    }

    /// <summary>One step of SplitMix64 (Steele, Lea and Flood 2014, docs/references.md: Steele2014).</summary>
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
