using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Tensors;

public class FactoryTests
{
    [Fact]
    public void Tensor_FromArrays_HasTheirShapeAndType()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, tensor(1f).dtype);
        Assert.Equal(ScalarType.Float64, tensor(1.0).dtype);
        Assert.Equal(ScalarType.Int64, tensor(1L).dtype);
        Assert.Equal(ScalarType.Int32, tensor(1).dtype);
        Assert.Equal(ScalarType.Bool, tensor(true).dtype);
        Assert.Empty(tensor(1f).shape);
        Assert.Equal([2L, 3L], tensor(new[,] { { 1f, 2, 3 }, { 4, 5, 6 } }).shape);
        Assert.Equal([1L, 2L, 2L], tensor(new[,,] { { { 1L, 2 }, { 3, 4 } } }).shape);
        Assert.Equal([1f, 2f], tensor([1L, 2L], dtype: float32).data<float>().ToArray());
        Assert.Equal([2L, 2L], tensor([1f, 2, 3, 4], [2L, 2]).shape);
        Assert.Equal([1.5, 2.5], from_array(new[] { 1.5, 2.5 }).data<double>().ToArray());
        Assert.True(tensor([1f], requires_grad: true).requires_grad);
    }

    [Fact]
    public void Tensor_CopiesItsArray()
    {
        using var scope = NewDisposeScope();
        var values = new[] { 1f, 2f };
        var x = tensor(values);
        values[0] = 9;
        Assert.Equal(1f, x[0].item<float>());
    }

    [Fact]
    public void Tensor_WithTooFewValues_IsRefused() => Assert.Throws<ArgumentException>(() => tensor([1f, 2f], [3L]));

    [Fact]
    public void Arange_CountsInItsOwnCategory()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0L, 1L, 2L], arange(3).data<long>().ToArray());
        Assert.Equal([1L, 3L], arange(1, 5, 2).data<long>().ToArray());
        Assert.Equal([5L, 3L], arange(5, 1, -2).data<long>().ToArray());
        Assert.Equal([0f, 0.5f, 1f], arange(0, 1.5, 0.5).data<float>().ToArray());
        Assert.Equal([0.0, 1.0], arange(2, dtype: float64).data<double>().ToArray());
        Assert.Throws<ExternalException>(() => arange(0, 5, -1));
    }

    [Fact]
    public void Linspace_ReachesBothEnds()
    {
        using var scope = NewDisposeScope();
        var x = linspace(0.02, 0.99, 50, float64).data<double>().ToArray();
        Assert.Equal(0.02, x[0]);
        Assert.Equal(0.99, x[^1]);
        Assert.Equal(50, x.Length);
        Assert.Equal([3f], linspace(3, 7, 1).data<float>().ToArray());
    }

    [Fact]
    public void Full_TakesTheCategoryOfItsValue()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, full([2], 1.5).dtype);
        Assert.Equal(ScalarType.Int64, full([2], 3).dtype);
        Assert.Equal(ScalarType.Bool, full([2], true).dtype);
        Assert.Equal([1f, 0f, 0f, 1f], eye(2).reshape(-1).data<float>().ToArray());
        Assert.Equal([2L, 3L], eye(2, 3).shape);
    }

    [Fact]
    public void DefaultType_AppliesToFloatingPointFactories()
    {
        try
        {
            set_default_dtype(float64);
            using var x = zeros(2);
            Assert.Equal(ScalarType.Float64, x.dtype);
        }
        finally
        {
            set_default_dtype(float32);
        }

        Assert.Throws<ArgumentException>(() => set_default_dtype(int64));
    }

    [Fact]
    public void OtherDevices_AreRefusedInASentence()
    {
        Assert.False(cuda.is_available());
        Assert.Equal("cpu", CPU.ToString());
        Assert.Equal(DeviceType.CPU, device("cpu").type);
        Assert.Contains("CPU only", Assert.Throws<InvalidOperationException>(() => device("cuda")).Message);
        Assert.Throws<ArgumentException>(() => device("toaster"));
    }

    [Fact]
    public void OneHot_PutsOneOneInEachRow()
    {
        using var scope = NewDisposeScope();
        var rows = nn.functional.one_hot(tensor([2L, 0]), 4);
        Assert.Equal([0L, 0, 1, 0, 1, 0, 0, 0], rows.reshape(-1).data<long>().ToArray());
        Assert.Equal([2L, 3], nn.functional.one_hot(tensor([2L, 0])).shape);
        Assert.Throws<ExternalException>(() => nn.functional.one_hot(tensor([4L]), 4));
        Assert.Throws<ExternalException>(() => nn.functional.one_hot(tensor([1f]), 4));
    }

    [Fact]
    public void Meshgrid_VariesTheFirstCoordinateByRow()
    {
        using var scope = NewDisposeScope();
        var grids = meshgrid([arange(2), arange(3)]);
        Assert.Equal([0L, 0, 0, 1, 1, 1], grids[0].reshape(-1).data<long>().ToArray());
        Assert.Equal([0L, 1, 2, 0, 1, 2], grids[1].reshape(-1).data<long>().ToArray());
    }
}
