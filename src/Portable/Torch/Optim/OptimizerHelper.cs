using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What all optimisers share: groups, state per parameter, and its saving.</summary>
/// <remarks>
/// To go on bit for bit after a restart, make the same optimiser over the same parameters and give <see cref="load_state_dict(BinaryReader)"/>
/// what <see cref="save_state_dict(BinaryWriter)"/> wrote: it holds options (also the present learning rate) and state of every parameter.
/// </remarks>
public abstract class OptimizerHelper : Optimizer
{
    /// <summary>The options of groups that give none.</summary>
    protected OptimizerOptions? _defaults;

    private protected readonly Dictionary<Parameter, OptimizerState> _state = new(ReferenceEqualityComparer.Instance);

    private protected OptimizerHelper()
    {
    }

    /// <summary>Writes options and state to a file.</summary>
    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location));
        save_state_dict(writer);
    }

    /// <summary>Reads what <see cref="save_state_dict(string)"/> wrote.</summary>
    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        load_state_dict(reader);
    }

    /// <summary>Writes the optimiser's name, the numbers of groups and parameters, then options and state of each.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        var state = state_dict();
        writer.Write(GetType().Name);
        writer.Write7BitEncodedInt64(state.Options.Count);
        writer.Write7BitEncodedInt64(state.State.Count);
        state.Options.ForEach(options => options.SaveStateDict(writer));
        state.State.ForEach(one => one.SaveStateDict(writer));
    }

    /// <summary>Reads what <see cref="save_state_dict(BinaryWriter)"/> of an optimiser of the same kind and size wrote.</summary>
    /// <exception cref="InvalidDataException">The stream is of another optimiser.</exception>
    /// <exception cref="ArgumentException">The numbers of groups or parameters differ.</exception>
    public void load_state_dict(BinaryReader reader)
    {
        var kind = reader.ReadString();
        if (kind != GetType().Name)
        {
            throw new InvalidDataException($"The stream holds the state of '{kind}', but this optimiser is '{GetType().Name}'.");
        }
        var state = state_dict();
        RequireCounts(reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), state);
        state.Options.ForEach(options => options.LoadStateDict(reader));
        state.State.ForEach(one => one.LoadStateDict(reader));
    }

    /// <summary>Copies options and state of another optimiser of the same kind and size.</summary>
    /// <exception cref="ArgumentException">The numbers of groups or parameters differ.</exception>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        RequireCounts(state_dict.Options.Count, state_dict.State.Count, own);
        for (var i = 0; i < own.Options.Count; i++)
        {
            if (!ReferenceEquals(own.Options[i], state_dict.Options[i]))
            {
                own.Options[i].LoadStateDict(state_dict.Options[i]);
            }
        }
        for (var i = 0; i < own.State.Count; i++)
        {
            if (!ReferenceEquals(own.State[i], state_dict.State[i]))
            {
                own.State[i].LoadStateDict(state_dict.State[i]);
            }
        }
    }

    /// <summary>Options and state: the live objects, not copies.</summary>
    public virtual StateDictionary state_dict()
    {
        var result = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            result.Options.Add(group.Options);
            var places = new List<int>();
            result.StateIndexRef.Add(places);
            foreach (var parameter in group.Parameters)
            {
                places.Add(result.State.Count);
                result.State.Add(_state[parameter]);
            }
        }
        return result;
    }

    /// <summary>Moves the state to a device.</summary>
    public void to(Device device)
    {
        foreach (var state in _state.Values)
        {
            state.to(device);
        }
    }

    /// <inheritdoc/>
    public override void zero_grad()
    {
        foreach (var parameter in parameters())
        {
            Gradients.Clear(parameter, drop: false);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(group => group.Parameters);

    /// <inheritdoc/>
    public override void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

    /// <summary>Runs the closure with, and the body for every group without, recording.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null)
        where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var recording = enable_grad();
            loss = loss_closure();
        }
        using var guard = no_grad();
        foreach (var group in _parameter_groups)
        {
            body((T)group);
        }
        return loss;
    }

    /// <summary>Adds a group with what its options leave open filled in and a new state for each of its parameters.</summary>
    private protected void AddGroup<TOptions>(ParamGroup group, Func<Parameter, OptimizerState> newState)
        where TOptions : OptimizerOptions, new()
    {
        group.Options ??= new TOptions();
        group.Parameters = [.. group.Parameters];
        var options = (TOptions)group.Options;
        options.FillFrom(_defaults!);
        options.InitialLearningRate = options.LearningRate!.Value;
        _parameter_groups.Add(group);
        foreach (var parameter in group.Parameters)
        {
            var state = newState(parameter);
            _state[parameter] = state;
            state.Initialize(options);
        }
    }

    /// <summary>Runs the update for every parameter of the group that has a gradient.</summary>
    private protected void UpdateParameters<TState>(ParamGroup group, Action<Parameter, Tensor, TState> update)
        where TState : OptimizerState
    {
        foreach (var parameter in group.Parameters)
        {
            if (Gradients.Of(parameter) is { } gradient)
            {
                update(parameter, gradient, (TState)_state[parameter]);
            }
        }
    }

    private protected void DisposeState(bool disposing)
    {
        if (disposing)
        {
            foreach (var state in _state.Values)
            {
                (state as IDisposable)?.Dispose();
            }
        }
    }

    private static void RequireCounts(long groups, long parameters, StateDictionary own)
    {
        if (groups != own.Options.Count || parameters != own.State.Count)
        {
            throw new ArgumentException(
                $"The saved state has {groups} groups and {parameters} parameters, but this optimiser has {own.Options.Count} and {own.State.Count}.");
        }
    }
}
