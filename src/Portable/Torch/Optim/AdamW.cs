using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    public class AdamW : OptimizerHelper, IBetas
    {
        /// <summary>One group of parameters.</summary>
        public AdamW(
            IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        /// <summary>Several groups; what they leave open is taken from the other arguments.</summary>
        /// <exception cref="ArgumentException">A setting is out of range.</exception>
        public AdamW(
            IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false)
        {
            var settings = new AdamSettings(beta1, beta2, eps, weight_decay, amsgrad, maximize);
            settings.Require("AdamW", lr);
            _defaults = new Options { LearningRate = lr, InitialLearningRate = lr, Settings = settings };
            foreach (var group in parameters)
            {
                add_param_group(group);
            }
        }

        /// <summary>The decay rates of the defaults.</summary>
        public (double, double) Betas
        {
            get => (((Options)_defaults!).beta1!.Value, ((Options)_defaults!).beta2!.Value);
            set => (((Options)_defaults!).beta1, ((Options)_defaults!).beta2) = value;
        }

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(
            group => UpdateParameters<State>(
                group,
                (parameter, gradient, state) =>
                {
                    state.step++;
                    state.Moments.Update(parameter, gradient, group.Options.LearningRate!.Value, group.Options.Settings, decoupled: true);
                }),
            closure);

        /// <inheritdoc/>
        public override void add_param_group(Modules.ParamGroup param_group) =>
            AddGroup<Options>(param_group, parameter => new State(parameter));

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            DisposeState(disposing);
            base.Dispose(disposing);
        }

        /// <summary>Steps taken and moments of the gradient of one parameter.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>Steps taken.</summary>
            public long step;

            /// <summary>The running mean of the gradient.</summary>
            public Tensor exp_avg = null!;

            /// <summary>The running mean of the gradient's square.</summary>
            public Tensor exp_avg_sq = null!;

            /// <summary>The greatest of these so far (AMSGrad), or null.</summary>
            public Tensor? max_exp_avg_sq;

            /// <param name="parameter">The parameter.</param>
            public State(Parameter parameter)
                : base(parameter)
            {
            }

            internal AdamMoments Moments
            {
                get => new(step, exp_avg, exp_avg_sq, max_exp_avg_sq);
                set => (step, exp_avg, exp_avg_sq, max_exp_avg_sq) = value;
            }

            /// <summary>Frees the moments.</summary>
            public void Dispose() => Moments.Free();

            /// <inheritdoc/>
            public override void to(Device device)
            {
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader) => Moments = Moments.Load(reader, _parameter.device);

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer) => Moments.Save(writer);

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                Dispose();
                Moments = other.Moments.Copied();
            }

            /// <inheritdoc/>
            public override bool ApproximatelyEquals(OptimizerState other) => other is State state && Moments.ApproximatelyEquals(state.Moments);

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                Moments = AdamMoments.Zero(_parameter, ((Options)options).amsgrad == true);
            }
        }

        /// <summary>The settings of a group; null: the optimiser's.</summary>
        public class Options : OptimizerOptions
        {
            /// <summary>The decay rate of the mean.</summary>
            public double? beta1;

            /// <summary>The decay rate of the mean square.</summary>
            public double? beta2;

            /// <summary>The weight decay.</summary>
            public double? weight_decay;

            /// <summary>Added to the root.</summary>
            public double? eps;

            /// <summary>Whether the greatest mean square so far is used.</summary>
            public bool? amsgrad;

            /// <summary>Whether steps go uphill.</summary>
            public bool? maximize;

            internal AdamSettings Settings
            {
                get => new(beta1, beta2, eps, weight_decay, amsgrad, maximize);
                set => (beta1, beta2, eps, weight_decay, amsgrad, maximize) = value;
            }

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                Settings = ((Options)source).Settings;
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                Settings = AdamSettings.Load(reader);
            }

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                Settings.Save(writer);
            }

            internal override void FillFrom(OptimizerOptions defaults)
            {
                base.FillFrom(defaults);
                Settings = Settings.Or(((Options)defaults).Settings);
            }
        }

        /// <summary>Parameters that share their settings.</summary>
        public class ParamGroup : ParamGroup<Options>, IBetas
        {
            /// <summary>Without parameters yet.</summary>
            public ParamGroup()
            {
            }

            /// <inheritdoc/>
            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            /// <summary>Parameters with all settings.</summary>
            public ParamGroup(
                IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
                bool amsgrad = false, bool maximize = false)
                : base(
                    parameters,
                    new Options { LearningRate = lr, Settings = new(beta1, beta2, eps, weight_decay, amsgrad, maximize) })
            {
            }

            /// <summary>The decay rates.</summary>
            public (double, double) Betas
            {
                get => (Options.beta1!.Value, Options.beta2!.Value);
                set => (Options.beta1, Options.beta2) = value;
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
            public static AdamW AdamW(
                IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
                bool amsgrad = false, bool maximize = false) => new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
            public static AdamW AdamW(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters.Select(pair => pair.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
            public static AdamW AdamW(
                IEnumerable<Modules.AdamW.ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
