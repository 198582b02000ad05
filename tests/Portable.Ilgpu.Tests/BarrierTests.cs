using ILGPU;
using ILGPU.Runtime;

namespace QDiff.Portable.Ilgpu.Tests;

public class BarrierTests : Device
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Barrier_SumByHalves_AddsAllElementsOfEveryGroup(int size)
    {
        const int Groups = 5;
        var values = Enumerable.Range(1, Groups * size).Select(i => (double)i).ToArray();
        using var input = Filled(values);
        using var output = Zeros<double>(Groups);
        Accelerator.LoadStreamKernel<ArrayView<double>, ArrayView<double>>(SumByHalves)((Groups, size), input.View, output.View);
        Assert.Equal(values.Chunk(size).Select(chunk => chunk.Sum()), Values(output));
    }

    private static void SumByHalves(ArrayView<double> input, ArrayView<double> output)
    {
        var partial = SharedMemory.Allocate<double>(64);
        int me = Group.IdxX;
        partial[me] = input[(Grid.IdxX * Group.DimX) + me];
        Group.Barrier();
        for (int stride = 1; stride < Group.DimX; stride *= 2)
        {
            if (me % (2 * stride) == 0 && me + stride < Group.DimX)
            {
                partial[me] += partial[me + stride];
            }

            Group.Barrier();
        }

        if (me == 0)
        {
            output[Grid.IdxX] = partial[0];
        }
    }
}
