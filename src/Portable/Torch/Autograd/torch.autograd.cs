// The package's source of these types has no nullable annotations; callers compile alike against both.
#nullable disable

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients of recorded operations, and operations with a gradient of one's own.</summary>
    public static partial class autograd
    {
        /// <summary>The gradients of Σ grad_outputs·outputs with respect to the inputs; the inputs' grad is left alone.</summary>
        /// <param name="outputs">What is differentiated.</param>
        /// <param name="inputs">Leaves or intermediate tensors.</param>
        /// <param name="grad_outputs">Of the outputs' shapes; may be null for outputs of one element.</param>
        /// <param name="retain_graph">Keeps what the graph saved, so that it can be used again.</param>
        /// <param name="create_graph">Not in this build.</param>
        /// <param name="allow_unused">Null instead of an error for an input on which no output depends.</param>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">An input is not used, a shape differs, or there is no history.</exception>
        /// <exception cref="NotSupportedException">create_graph is true.</exception>
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor> grad_outputs = null, bool retain_graph = false, bool create_graph = false,
            bool allow_unused = false)
        {
            RefuseGraph(create_graph);
            var gradients = GradientEngine.Gradients(outputs, inputs, grad_outputs, retain_graph);
            for (var i = 0; i < gradients.Length; i++)
            {
                if (gradients[i] is { } gradient)
                {
                    gradients[i] = gradient.Alias(withHistory: false, register: true);
                    gradient.Dispose();
                }
                else if (!allow_unused)
                {
                    throw DTypes.Error($"Input {i} of shape {Shapes.Text(inputs[i].Sizes)} was not used in the graph; pass allow_unused: true to get null for it.");
                }
            }

            return gradients.ToList();
        }

        /// <summary>Adds to the leaves' (or the inputs') grad the gradients of Σ grad_tensors·tensors.</summary>
        public static void backward(
            IList<Tensor> tensors, IList<Tensor> grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null)
        {
            RefuseGraph(create_graph);
            GradientEngine.Accumulate(tensors, grad_tensors, retain_graph ?? false, inputs);
        }

        public static void backward(
            Tensor tensor, IList<Tensor> grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        private static void RefuseGraph(bool create)
        {
            if (create) throw new NotSupportedException("create_graph: true is not in this build: gradients of gradients are not recorded.");
        }
    }
}
