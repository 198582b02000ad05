namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Schedules of the learning rate. Making one sets the rate of step 0; each step() after that moves on by one.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>The base of schedules: what <see cref="get_lr"/> gives is set in the groups.</summary>
            public abstract class LRScheduler
            {
                /// <summary>Steps taken, the one of the constructor included.</summary>
                protected int _step_count;

                internal readonly Optimizer _optimizer;
                internal readonly double[] _base_lrs;
                internal double[] _last_lrs;
                internal int _last_epoch;
                private readonly bool _verbose;

                /// <param name="optimizer">Whose rates are set.</param>
                /// <param name="last_epoch">The step before the first.</param>
                /// <param name="verbose">Whether changes are printed.</param>
                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    _optimizer = optimizer;
                    _last_epoch = last_epoch;
                    _verbose = verbose;
                    _base_lrs = [.. optimizer.ParamGroups.Select(group => group.InitialLearningRate)];
                    _last_lrs = Rates();
                }

                /// <summary>Moves on by one step.</summary>
                public virtual void step() => step(null);

                /// <summary>Moves to a given step, or on by one.</summary>
                public virtual void step(int? epoch)
                {
                    _step_count++;
                    _last_epoch = epoch ?? _last_epoch + 1;
                    double[] rates = [.. epoch is null ? get_lr() : get_closed_form_lr()];
                    var place = 0;
                    foreach (var group in _optimizer.ParamGroups)
                    {
                        group.LearningRate = rates[place];
                        if (_verbose && rates[place] != _last_lrs[place])
                        {
                            Console.WriteLine($"Adjusting learning rate to {rates[place]}");
                        }
                        place++;
                    }
                    _last_lrs = rates;
                }

                /// <summary>As step(epoch); this schedule does not look at the metric.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                /// <summary>The rates of the step at hand, one per group, from the present ones.</summary>
                protected virtual IEnumerable<double> get_lr() => Rates();

                /// <summary>The rates of the step at hand, one per group, from the first ones.</summary>
                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                /// <summary>The rates that were set last.</summary>
                public IEnumerable<double> get_last_lr() => _last_lrs;

                private protected double[] Rates() => [.. _optimizer.ParamGroups.Select(group => group.LearningRate)];
            }

            /// <summary>The schedules.</summary>
            public static partial class impl
            {
                /// <summary>rate = first rate · λ(step).</summary>
                public class LambdaLR : LRScheduler
                {
                    private readonly Func<int, double>[] _lambdas;

                    /// <summary>One function for all groups.</summary>
                    public LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _lambdas = [.. _base_lrs.Select(_ => lr_lambda)];
                        step();
                    }

                    /// <summary>One function per group.</summary>
                    public LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _lambdas = [.. lr_lambdas];
                        step();
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_lr() => _base_lrs.Select((rate, i) => rate * _lambdas[i](_last_epoch));
                }

                /// <summary>Every step_size steps the rate is multiplied by gamma.</summary>
                public class StepLR : LRScheduler
                {
                    private readonly int _step_size;
                    private readonly double _gamma;

                    /// <inheritdoc cref="StepLR"/>
                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_step_size, _gamma) = (step_size, gamma);
                        step();
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_lr() =>
                        _last_epoch == 0 || _last_epoch % _step_size != 0 ? Rates() : Rates().Select(rate => rate * _gamma);

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => rate * Math.Pow(_gamma, _last_epoch / _step_size));
                }

                /// <summary>rate = η_min + (first − η_min)·(1 + cos(π·step/T_max))/2, computed from the rate before (Loshchilov and Hutter 2017).</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double _T_max;
                    private readonly double _eta_min;

                    /// <inheritdoc cref="CosineAnnealingLR"/>
                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_T_max, _eta_min) = (T_max, eta_min);
                        step();
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0)
                        {
                            return Rates();
                        }
                        if ((_last_epoch - 1 - _T_max) % (2 * _T_max) == 0)
                        {
                            return Rates().Select((rate, i) => rate + ((_base_lrs[i] - _eta_min) * (1 - Math.Cos(Math.PI / _T_max)) / 2));
                        }
                        return Rates().Select(rate =>
                            ((1 + Math.Cos(Math.PI * _last_epoch / _T_max)) / (1 + Math.Cos(Math.PI * (_last_epoch - 1) / _T_max)) * (rate - _eta_min)) + _eta_min);
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => _eta_min + ((rate - _eta_min) * (1 + Math.Cos(Math.PI * _last_epoch / _T_max)) / 2));
                }
            }

            /// <inheritdoc cref="impl.StepLR"/>
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.StepLR(optimizer, step_size, gamma, last_epoch, verbose);

            /// <inheritdoc cref="impl.LambdaLR"/>
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new impl.LambdaLR(optimizer, lr_lambda, last_epoch, verbose);

            /// <inheritdoc cref="impl.CosineAnnealingLR"/>
            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);
        }
    }
}
