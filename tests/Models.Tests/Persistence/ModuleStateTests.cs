using QDiff.Models.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Models.Tests.Persistence;

public sealed class ModuleStateTests
{
    [Fact]
    public void CaptureThenRestore_AnotherModule_GivesTheSameOutputInPlace()
    {
        using var from = nn.Linear(3, 2);
        using var to = nn.Linear(3, 2);
        Tensor weight = to.weight;
        Dictionary<string, StoredTensor> state = ModuleState.Capture(from, "a.");
        ModuleState.Restore(to, state, "x", "a.");
        using Tensor input = ones(4, 3);
        Assert.Equal(from.forward(input).data<float>().ToArray(), to.forward(input).data<float>().ToArray());
        Assert.Equal(state["a.weight"].Values<float>().ToArray(), weight.data<float>().ToArray());
    }

    [Fact]
    public void Restore_MissingSuperfluousOrOtherShape_IsRefused()
    {
        using var module = nn.Linear(3, 2);
        Dictionary<string, StoredTensor> state = ModuleState.Capture(module);
        float[] before = state["weight"].Values<float>().ToArray();
        Refused("lacks the tensor 'bias'", module, new(state.Where(s => s.Key != "bias")));
        Refused("'other' that the model lacks", module, new(state) { ["other"] = state["bias"] });
        Refused("F32[2, 3] is needed", module, new(state) { ["weight"] = StoredTensor.From<float>(new float[4], 2, 2) });
        Refused("F64[2]", module, new(state) { ["bias"] = StoredTensor.From<double>(new double[2], 2) });
        Assert.Equal(before, module.weight.data<float>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    public void StoredTensor_OfAnyStorableTensor_ComesBackTheSame(ScalarType type)
    {
        using Tensor tensor = arange(6).reshape(2, 3).to(type);
        using Tensor turned = tensor.t();
        using Tensor back = StoredTensor.From(turned).ToTensor();
        Assert.Equal((type, 3L, 2L), (back.dtype, back.shape[0], back.shape[1]));
        Assert.Equal([0, 3, 1, 4, 2, 5], back.to(ScalarType.Int64).data<long>().ToArray());
    }

    [Fact]
    public void StoredTensor_OfBooleans_IsRefused()
        => Assert.Throws<ArgumentException>(() => StoredTensor.From(ones(2).gt(0)));

    private static void Refused(string reason, nn.Module module, Dictionary<string, StoredTensor> state)
        => Assert.Contains(reason, Assert.Throws<UserErrorException>(() => ModuleState.Restore(module, state, "file")).Message);
}
