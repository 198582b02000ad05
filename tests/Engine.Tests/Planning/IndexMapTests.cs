using System.Numerics;
using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Planning;

public sealed class IndexMapTests
{
    private static readonly int[] Cnot = [0, 3, 2, 1];

    private static IndexMap Scrambled(int qubits, int seed)
    {
        var random = new Random(seed);
        var map = IndexMap.Identity(qubits);
        for (int i = 0; i < 4 * qubits; i++)
        {
            int control = random.Next(qubits), target = (control + 1 + random.Next(qubits - 1)) % qubits;
            map = map.Renamed([control, target], Cnot);
            map = random.Next(3) == 0 ? map.Renamed([target], [1, 0]) : map;
        }

        return map;
    }

    [Fact]
    public void Renamed_ByCnot_FindsEveryAmplitudeWhereItWas()
    {
        var map = IndexMap.Identity(3).Renamed([0, 2], Cnot);

        // CNOT(0, 2) sends |x⟩ to |x'⟩ with bit 2 flipped where bit 0 is set: amplitude x' is still where x was.
        for (int x = 0; x < 8; x++)
        {
            int renamed = x ^ ((x & 1) << 2);
            Assert.Equal(x, map.Physical(renamed));
        }
    }

    [Fact]
    public void Renamed_ByXAndSwap_FindsEveryAmplitudeWhereItWas()
    {
        var map = IndexMap.Identity(3).Renamed([1], [1, 0]).Renamed([0, 1], [0, 2, 1, 3]);
        for (int x = 0; x < 8; x++)
        {
            int flipped = x ^ 2;
            int swapped = (flipped & 4) | ((flipped & 1) << 1) | ((flipped >> 1) & 1);
            Assert.Equal(x, map.Physical(swapped));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void Logical_OfPhysical_IsTheSameIndex(int qubits)
    {
        var map = Scrambled(qubits, 11 * qubits);
        var seen = new HashSet<int>();
        for (int x = 0; x < 1 << qubits; x++)
        {
            Assert.True(seen.Add(map.Physical(x)), $"two indices lie at {map.Physical(x)}");
            Assert.Equal(x, map.Logical(map.Physical(x)));
        }
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(6, 2)]
    [InlineData(8, 3)]
    public void InBasis_OfParities_FindsEveryAmplitudeUnderItsParities(int qubits, int seed)
    {
        var map = Scrambled(qubits, seed);
        var random = new Random(seed);
        int[] rows = [.. Enumerable.Range(0, qubits).Select(q => 1 << q)];
        for (int i = 0; i < 3 * qubits; i++)
        {
            int a = random.Next(qubits), b = (a + 1 + random.Next(qubits - 1)) % qubits;
            rows[a] ^= rows[b];
        }

        var renamed = map.InBasis(rows);
        for (int x = 0; x < 1 << qubits; x++)
        {
            int y = 0;
            for (int j = 0; j < qubits; j++)
            {
                y |= (BitOperations.PopCount((uint)(rows[j] & x)) & 1) << j;
            }

            Assert.Equal(map.Physical(x), renamed.Physical(y));
        }
    }
}
