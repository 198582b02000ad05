namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Make(Sizes, dtype ?? Type, device, requires_grad);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(Sizes, Scalar.Integer(0), dtype ?? Type, device, requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(Sizes, Scalar.Integer(1), dtype ?? Type, device, requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled(Sizes, value, dtype ?? Type, device, requires_grad);

        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([.. size], Scalar.Integer(0), dtype ?? Type, device, requires_grad);

        internal Tensor new_ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([.. size], Scalar.Integer(1), dtype ?? Type, device, requires_grad);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Make([.. size], dtype ?? Type, device, requires_grad);

        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Filled([.. size], value, dtype ?? Type, device, requires_grad);

        internal void FillAndDispose(Scalar value)
        {
            Fill(value);
            Dispose();
        }

        /// <summary>Sets every element, without recording.</summary>
        internal void Fill(Scalar value)
        {
            switch (Type)
            {
                case ScalarType.Float32: Fill((float)value.AsDouble); break;
                case ScalarType.Float64: Fill(value.AsDouble); break;
                case ScalarType.Int64: Fill(value.AsLong); break;
                case ScalarType.Int32: Fill((int)value.AsLong); break;
                case ScalarType.Byte: Fill((byte)value.AsLong); break;
                case ScalarType.Bool: Fill(value.AsDouble != 0 ? (byte)1 : (byte)0); break;
                default: throw DTypes.Unsupported(Type);
            }
        }

        private unsafe void Fill<T>(T value) where T : unmanaged
        {
            var target = (T*)Data;
            if (IsContiguousLayout)
            {
                for (var start = 0L; start < ElementCount; start += int.MaxValue)
                {
                    new Span<T>(target + start, (int)Math.Min(int.MaxValue, ElementCount - start)).Fill(value);
                }
            }
            else
            {
                var loop = StridedLoop.Over(Sizes, Strides, Strides);
                var cursor = loop.From(0);
                var (n, step) = (loop.Inner, loop.InnerStep(0));
                for (var row = 0L; row < loop.Rows; row++, cursor.Next())
                {
                    var t = target + cursor[0];
                    for (var i = 0L; i < n; i++)
                    {
                        t[i * step] = value;
                    }
                }
            }

            GC.KeepAlive(this);
        }
    }
}
