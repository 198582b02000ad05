using QDiff.Engine.Planning;

namespace QDiff.Engine.Tests.Planning;

public sealed class PassGeometryTests
{
    [Theory]
    [InlineData(2, 0, 1)]
    [InlineData(4, 3, 1)]
    [InlineData(9, 2, 7)]
    [InlineData(11, 10, 0)]
    public void Groups_OfAnyTwoQubits_HoldEveryAmplitudeOnceAtItsPlace(int qubits, int first, int second)
    {
        var map = IndexMap.Identity(qubits);
        for (int q = 0; q + 1 < qubits; q++)
        {
            map = map.Renamed([q, q + 1], [0, 3, 2, 1]);
        }

        map = map.Renamed([0], [1, 0]);
        var pass = new PassGeometry(map, first, second);
        var seen = new HashSet<int>();
        for (int outer = 0; outer < pass.OuterCount; outer++)
        {
            for (int inner = 0; inner < pass.Inner.Length; inner++)
            {
                for (int local = 0; local < 4; local++)
                {
                    int logical = ((local & 1) << first) | ((local >> 1) << second);
                    for (int b = 0; b < pass.InnerQubits.Length; b++)
                    {
                        logical |= ((inner >> b) & 1) << pass.InnerQubits[b];
                    }

                    for (int b = 0; b < pass.OuterQubits.Length; b++)
                    {
                        logical |= ((outer >> b) & 1) << pass.OuterQubits[b];
                    }

                    int physical = pass.OuterOffset(outer) ^ pass.Inner[inner]
                        ^ ((local & 1) != 0 ? pass.LocalFlips[0] : 0) ^ (local >= 2 ? pass.LocalFlips[1] : 0);
                    Assert.Equal(map.Physical(logical), physical);
                    Assert.True(seen.Add(physical));
                }
            }
        }

        Assert.Equal(1 << qubits, seen.Count);
    }
}
