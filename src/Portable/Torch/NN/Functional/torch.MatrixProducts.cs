namespace TorchSharp;

public static partial class torch
{
    /// <summary>The product of vectors, matrices, or stacks of matrices with broadcasting.</summary>
    public static Tensor matmul(Tensor input, Tensor target) => MatrixOps.Matmul(input, target);

    /// <summary>The product of two matrices.</summary>
    public static Tensor mm(Tensor input, Tensor target) => MatrixOps.Multiply(input, target);

    /// <summary>The product of a matrix and a vector.</summary>
    public static Tensor mv(Tensor input, Tensor target) => MatrixOps.Matmul(input, target);

    /// <summary>The inner product of two vectors.</summary>
    public static Tensor dot(Tensor input, Tensor other) => MatrixOps.Matmul(input, other);

    /// <summary>The products of two stacks of matrices of equal length.</summary>
    public static Tensor bmm(Tensor input, Tensor batch2) => MatrixOps.MultiplyBatched(input, batch2);

    /// <summary>beta·input + alpha·mat1·mat2; input broadcasts.</summary>
    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => input.addmm(mat1, mat2, beta, alpha);

    public partial class Tensor
    {
        /// <inheritdoc cref="torch.matmul"/>
        public Tensor matmul(Tensor target) => MatrixOps.Matmul(this, target);

        /// <inheritdoc cref="torch.mm"/>
        public Tensor mm(Tensor target) => MatrixOps.Multiply(this, target);

        /// <inheritdoc cref="torch.mv"/>
        public Tensor mv(Tensor target) => MatrixOps.Matmul(this, target);

        /// <inheritdoc cref="torch.dot"/>
        public Tensor dot(Tensor target) => MatrixOps.Matmul(this, target);

        /// <inheritdoc cref="torch.bmm"/>
        public Tensor bmm(Tensor batch2) => MatrixOps.MultiplyBatched(this, batch2);

        /// <inheritdoc cref="torch.addmm"/>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1)
        {
            using var product = MatrixOps.Multiply(mat1, mat2);
            using var scaled = alpha == 1 ? product.alias() : product * alpha;
            using var kept = beta == 1 ? alias() : this * beta;
            return kept + scaled;
        }
    }
}
