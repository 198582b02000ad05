namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether all elements are different from 0.</summary>
        public Tensor all() => Truths([], false, every: true);

        public Tensor all(long dim, bool keepdim = false) => Truths([dim], keepdim, every: true);

        /// <summary>Whether some element is different from 0.</summary>
        public Tensor any() => Truths([], false, every: false);

        public Tensor any(long dim, bool keepdim = false) => Truths([dim], keepdim, every: false);

        private unsafe Tensor Truths(ReadOnlySpan<long> dims, bool keepdim, bool every)
        {
            using var plan = ReductionPlan.Over(this, dims, ScalarType.Bool);
            var result = Allocate(plan.DroppedSizes, ScalarType.Bool);
            var source = (byte*)plan.Source.Data;
            var target = (bool*)result.Data;
            for (var o = 0L; o < plan.Outer; o++)
            {
                for (var i = 0L; i < plan.Inner; i++)
                {
                    var holds = every;
                    var element = source + (o * plan.Length * plan.Inner) + i;
                    for (var l = 0L; l < plan.Length && holds == every; l++)
                    {
                        holds = element[l * plan.Inner] != 0;
                    }

                    target[(o * plan.Inner) + i] = holds;
                }
            }

            GC.KeepAlive(plan.Source);
            return plan.Shaped(result, keepdim);
        }
    }

    public static Tensor all(Tensor input) => input.all();

    public static Tensor any(Tensor input) => input.any();
}
