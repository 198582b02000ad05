using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Walks a graph from outputs to leaves, each node once and only when all gradients of its outputs have arrived, later nodes first. The order
/// and hence every sum depends on the graph alone.
/// </summary>
internal sealed class GradientEngine
{
    private readonly Dictionary<AutogradMeta, Tensor> leaves = new(ReferenceEqualityComparer.Instance);
    private readonly List<AutogradMeta> leafOrder = [];
    private readonly PriorityQueue<Node, long> ready = new();
    private readonly bool retainGraph;

    // Null: accumulate into all leaves. Else only these are wanted: leaves, or outputs of nodes.
    private readonly Tensor[]? targets;
    private readonly Tensor?[] captured;

    private GradientEngine(Tensor[]? targets, bool retainGraph)
    {
        this.targets = targets;
        this.retainGraph = retainGraph;
        captured = new Tensor?[targets?.Length ?? 0];
    }

    /// <summary>Adds the gradients to the leaves' (or, if given, the targets') grad.</summary>
    public static void Accumulate(IList<Tensor> outputs, IList<Tensor>? gradients, bool retainGraph, IList<Tensor>? targets)
    {
        var engine = new GradientEngine(targets?.ToArray(), retainGraph);
        engine.Run(outputs, gradients, () =>
        {
            if (engine.targets is null)
            {
                foreach (var leaf in engine.leafOrder)
                {
                    engine.leaves.Remove(leaf, out var gradient);
                    leaf.Accumulate(gradient!);
                }
            }
            else
            {
                for (var i = 0; i < engine.targets.Length; i++)
                {
                    if (engine.captured[i] is { } gradient)
                    {
                        engine.captured[i] = null;
                        engine.targets[i].Meta!.Accumulate(gradient);
                    }
                }
            }
        });
    }

    /// <summary>The gradients of the inputs, null for an input on which no output depends; handles without a scope.</summary>
    public static Tensor?[] Gradients(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? gradients, bool retainGraph)
    {
        var engine = new GradientEngine(inputs.ToArray(), retainGraph);
        var results = new Tensor?[inputs.Count];
        engine.Run(outputs, gradients, () =>
        {
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = engine.captured[i];
                engine.captured[i] = null;
            }
        });
        return results;
    }

    private void Run(IList<Tensor> outputs, IList<Tensor>? gradients, Action finish)
    {
        var manager = DisposeScopeManager.ThreadSingleton;
        var wasEnabled = Autograd.IsGradMode;
        var scope = manager.EnterUncounted();
        var nodes = new List<Node>();
        Autograd.IsEnabled = false;
        try
        {
            var roots = new List<(Edge Edge, Tensor Gradient)>();
            for (var i = 0; i < outputs.Count; i++)
            {
                roots.Add((RootEdge(outputs[i]), RootGradient(outputs[i], gradients is null ? null : gradients[i])));
            }

            Discover(roots, nodes);
            foreach (var (edge, gradient) in roots)
            {
                Send(edge, Own(gradient, scope));
            }

            foreach (var (edge, _) in roots)
            {
                if (edge.Function is { Dependencies: 0, IsNeeded: true, Incoming: not null } root && root.Run == this)
                {
                    root.Dependencies = -1;
                    ready.Enqueue(root, -root.Sequence);
                }
            }

            while (ready.TryDequeue(out var node, out _))
            {
                Visit(node, manager, scope);
            }

            CaptureLeaves();
            finish();
        }
        finally
        {
            foreach (var node in nodes)
            {
                if (node.Incoming is { } incoming)
                {
                    foreach (var gradient in incoming)
                    {
                        gradient?.Dispose();
                    }
                }

                node.Incoming = null;
                node.Run = null;
            }

            foreach (var gradient in leaves.Values)
            {
                gradient.Dispose();
            }

            foreach (var gradient in captured)
            {
                gradient?.Dispose();
            }

            Autograd.IsEnabled = wasEnabled;
            manager.LeaveUncounted(scope);
        }
    }

    private static Edge RootEdge(Tensor output)
    {
        if (!output.RequiresGradient)
        {
            throw DTypes.Error(
                $"A tensor of shape {Shapes.Text(output.Sizes)} that neither requires a gradient nor was made by a recorded operation has no backward.");
        }

        // The caller's handles keep nodes and leaves alive during the run: the edge needs no reference of its own.
        var edge = Edge.To(output);
        edge.Function?.Release();
        edge.Leaf?.Release();
        return edge;
    }

    private static Tensor RootGradient(Tensor output, Tensor? gradient)
    {
        if (gradient is null)
        {
            if (output.ElementCount != 1)
            {
                throw DTypes.Error(
                    $"A gradient can be implied for outputs of one element only; this one has shape {Shapes.Text(output.Sizes)}: pass the gradient, or reduce it first.");
            }

            return output.ones_like();
        }

        if (!Shapes.Same(gradient.Sizes, output.Sizes))
        {
            throw DTypes.Error(
                $"The gradient has shape {Shapes.Text(gradient.Sizes)} and its output {Shapes.Text(output.Sizes)}; they must be equal.");
        }

        return gradient.Type == output.Type ? gradient : gradient.to_type(output.Type);
    }

    // Counts, for every reachable node, the edges that lead to it, and marks the nodes that lead to a wanted variable.
    private void Discover(List<(Edge Edge, Tensor Gradient)> roots, List<Node> nodes)
    {
        var stack = new Stack<Node>();
        foreach (var (edge, _) in roots)
        {
            Meet(edge.Function, stack, nodes);
        }

        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Edges)
            {
                if (edge.Function is not { } next) continue;
                Meet(next, stack, nodes);
                next.Dependencies++;
            }
        }

        if (targets is null) return;

        // A node comes after everything it depends on: in increasing order of number its inputs are marked first.
        var wantedLeaves = new HashSet<AutogradMeta>(ReferenceEqualityComparer.Instance);
        var wantedNodes = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        foreach (var target in targets)
        {
            if (target.Meta is not { } meta || !target.RequiresGradient)
            {
                throw DTypes.Error($"A tensor of shape {Shapes.Text(target.Sizes)} whose gradient is asked for does not require one.");
            }

            if (meta.Function is { } made)
            {
                wantedNodes.Add(made);
            }
            else
            {
                wantedLeaves.Add(meta);
            }
        }

        nodes.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        foreach (var node in nodes)
        {
            var needed = wantedNodes.Contains(node);
            foreach (var edge in node.Edges)
            {
                needed |= edge.Function is { IsNeeded: true } next && next.Run == this;
                needed |= edge.Leaf is not null && wantedLeaves.Contains(edge.Leaf);
            }

            node.IsNeeded = needed;
        }
    }

    private void Meet(Node? node, Stack<Node> stack, List<Node> nodes)
    {
        if (node is null || node.Run == this) return;
        node.Run = this;
        node.Dependencies = 0;
        node.IsNeeded = true;
        node.Incoming = null;
        nodes.Add(node);
        stack.Push(node);
    }

    private void Visit(Node node, DisposeScopeManager manager, DisposeScope scope)
    {
        var incoming = node.Incoming ?? new Tensor?[node.Outputs];
        node.Incoming = null;
        Keep(node, incoming);
        if (targets is not null && !HasNeededEdge(node))
        {
            Settle(node, incoming);
            return;
        }

        Tensor?[] results;
        if (node.RunsInUserScope)
        {
            manager.CurrentDisposeScope = scope.OuterScope;
            try
            {
                results = node.Apply(incoming);
            }
            finally
            {
                manager.CurrentDisposeScope = scope;
            }
        }
        else
        {
            results = node.Apply(incoming);
        }

        var edges = node.Edges;
        for (var i = 0; i < edges.Length; i++)
        {
            if (!edges[i].IsConnected || results[i] is not { } gradient) continue;
            if (edges[i].Function is { } next && !next.IsNeeded) continue;
            Send(edges[i], Own(Fit(gradient, edges[i], node), scope));
        }

        Settle(node, incoming);
        scope.DisposeEverything();
    }

    // To the shape and type of the input: operands that were broadcast or promoted get the sum over their repetitions, converted.
    private static Tensor Fit(Tensor gradient, in Edge edge, Node node)
    {
        if (!Shapes.Same(gradient.Sizes, edge.Sizes!))
        {
            if (gradient.Rank < edge.Sizes!.Length)
            {
                throw DTypes.Error(
                    $"{node.Name} returned a gradient of shape {Shapes.Text(gradient.Sizes)} for an input of shape {Shapes.Text(edge.Sizes)}.");
            }

            gradient = Autograd.SumTo(gradient, edge.Sizes);
        }

        return gradient.Type == edge.Type ? gradient : gradient.to_type(edge.Type);
    }

    private bool HasNeededEdge(Node node)
    {
        foreach (var edge in node.Edges)
        {
            if (edge.Function is { IsNeeded: true }) return true;
            if (edge.Leaf is { } leaf && Array.Exists(targets!, t => t.Meta == leaf)) return true;
        }

        return false;
    }

    // Gradients of non-leaf variables that somebody wants.
    private void Keep(Node node, Tensor?[] incoming)
    {
        if (node.Retained is { } retained)
        {
            foreach (var (output, meta) in retained)
            {
                if (incoming[output] is { } gradient)
                {
                    meta.Accumulate(gradient.Unregistered(static g => g.clone()));
                }
            }
        }

        for (var i = 0; i < captured.Length; i++)
        {
            var meta = targets![i].Meta!;
            if (meta.Function == node && incoming[meta.Output] is { } gradient)
            {
                captured[i] = gradient.Alias(withHistory: false, register: false);
            }
        }
    }

    private void CaptureLeaves()
    {
        for (var i = 0; i < captured.Length; i++)
        {
            var meta = targets![i].Meta!;
            if (meta.Function is null && leaves.TryGetValue(meta, out var gradient))
            {
                captured[i] = gradient.Alias(withHistory: false, register: false);
            }
        }

        if (targets is null) return;
        foreach (var gradient in leaves.Values)
        {
            gradient.Dispose();
        }

        leaves.Clear();
    }

    // One edge fewer to wait for, for each of the node's inputs.
    private void Settle(Node node, Tensor?[] incoming)
    {
        foreach (var gradient in incoming)
        {
            gradient?.Dispose();
        }

        if (!retainGraph)
        {
            node.FreeSaved();
        }

        foreach (var edge in node.Edges)
        {
            if (edge.Function is { } next && next.Run == this && --next.Dependencies == 0 && next.IsNeeded)
            {
                ready.Enqueue(next, -next.Sequence);
            }
        }
    }

    // The engine's own handle of a gradient: a temporary of its scope is taken over, anything else is shared.
    private static Tensor Own(Tensor gradient, DisposeScope scope)
    {
        if (ReferenceEquals(gradient.OwningDisposeScope, scope))
        {
            scope.Remove(gradient);
            gradient.LeaveStatistics();
            return gradient;
        }

        return gradient.Alias(withHistory: false, register: false);
    }

    private void Send(Edge edge, Tensor gradient)
    {
        if (edge.Leaf is { } leaf)
        {
            if (targets is not null && !Array.Exists(targets, t => t.Meta == leaf))
            {
                gradient.Dispose();
                return;
            }

            if (leaves.TryGetValue(leaf, out var present))
            {
                leaves[leaf] = Sum(present, gradient);
            }
            else
            {
                leaves.Add(leaf, gradient);
                leafOrder.Add(leaf);
            }

            return;
        }

        var function = edge.Function!;
        var incoming = function.Incoming ??= new Tensor?[function.Outputs];
        incoming[edge.Output] = incoming[edge.Output] is { } arrived ? Sum(arrived, gradient) : gradient;
    }

    private static Tensor Sum(Tensor first, Tensor second)
    {
        if (first.Memory.IsUnique && first.IsContiguousLayout && first.Type == second.Type)
        {
            first.add_(second);
            second.Dispose();
            return first;
        }

        var sum = first.Unregistered(second, static (a, b) => a.add(b));
        first.Dispose();
        second.Dispose();
        return sum;
    }
}
