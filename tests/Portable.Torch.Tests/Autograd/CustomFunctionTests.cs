using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace QDiff.Portable.Torch.Tests.Autograd;

[Collection(SerialMemory.Name)]
public class CustomFunctionTests
{
    private sealed class ScaledSquare : SingleTensorFunction<ScaledSquare>
    {
        public override string Name => nameof(ScaledSquare);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            Assert.False(is_grad_enabled());
            ctx.save_for_backward([x]);
            ctx.save_data("scale", vars[1]);
            return x * x * (double)vars[1];
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            var x = ctx.get_saved_variables()[0];
            return [grad_output * x * 2 * (double)ctx.get_data("scale"), null!];
        }
    }

    private sealed class SumAndDifference : MultiTensorFunction<SumAndDifference>
    {
        public override string Name => nameof(SumAndDifference);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars) =>
            [(Tensor)vars[0] + (Tensor)vars[1], (Tensor)vars[0] - (Tensor)vars[1]];

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs) =>
            [grad_outputs[0] + grad_outputs[1], grad_outputs[0] - grad_outputs[1]];
    }

    private sealed class TooFewGradients : SingleTensorFunction<TooFewGradients>
    {
        public override string Name => nameof(TooFewGradients);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [];
    }

    private sealed class SavesItsOutput : SingleTensorFunction<SavesItsOutput>
    {
        public override string Name => nameof(SavesItsOutput);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var y = ((Tensor)vars[0]).exp();
            ctx.save_for_backward([y]);
            return y;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * ctx.get_saved_variables()[0]];
    }

    [Fact]
    public void SingleTensorFunction_UsesItsOwnGradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1.0, 2.0], requires_grad: true);
        var y = ScaledSquare.apply(x * 1, 3.0);
        y.sum().backward();
        Assert.Equal([3.0, 12.0], y.data<double>().ToArray());
        Assert.Equal([6.0, 12.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void SingleTensorFunction_OfInputsWithoutGradient_RecordsNothing()
    {
        using var scope = NewDisposeScope();
        Assert.False(ScaledSquare.apply(ones(2, dtype: float64), 3.0).requires_grad);
    }

    [Fact]
    public void MultiTensorFunction_GetsZeroForUnusedOutputs()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (ones(2, requires_grad: true), ones(2, requires_grad: true));
        var outputs = SumAndDifference.apply(x, y);
        (outputs[1] * 5).sum().backward();
        Assert.Equal([5f, 5f], x.grad!.data<float>().ToArray());
        Assert.Equal([-5f, -5f], y.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Function_WithAWrongNumberOfGradients_IsReported()
    {
        using var scope = NewDisposeScope();
        var y = TooFewGradients.apply(ones(2, requires_grad: true)).sum();
        Assert.Contains("expected 1", Assert.Throws<NotImplementedException>(() => y.backward()).Message);
    }

    [Fact]
    public void Function_SecondBackward_NeedsARetainedGraph()
    {
        using var scope = NewDisposeScope();
        var x = tensor([2.0], requires_grad: true);
        var y = ScaledSquare.apply(x, 1.0).sum();
        y.backward(retain_graph: true);
        y.backward();
        Assert.Equal(8.0, x.grad!.item<double>());
        Assert.ThrowsAny<Exception>(() => y.backward());
    }

    [Fact]
    public void Function_ThatSavesItsOutput_IsFreedWithItsScope()
    {
        using var x = ones(1000, requires_grad: true);
        var live = StoragePool.LiveBytes;
        using (NewDisposeScope())
        {
            SavesItsOutput.apply(x).sum().backward();
        }

        x.grad = null;
        Assert.Equal(live, StoragePool.LiveBytes);
        using (NewDisposeScope())
        {
            SavesItsOutput.apply(x);
        }

        Assert.Equal(live, StoragePool.LiveBytes);
    }

    [Fact]
    public void Function_MakesItsBackwardTensorsInTheUsersScope()
    {
        using var scope = NewDisposeScope();
        var y = ScaledSquare.apply(ones(2, dtype: float64, requires_grad: true), 1.0).sum();
        var before = scope.DisposablesCount;
        y.backward();
        Assert.True(scope.DisposablesCount > before);
    }
}
