namespace QDiff.Models.Data;

/// <summary>The four files of one published dataset: where they come from and how to know that they are right.</summary>
/// <param name="Name">What the data are called here; also the name of the subfolder in which they may lie.</param>
/// <param name="TrainImages">Images to train on.</param>
/// <param name="TrainLabels">Their labels.</param>
/// <param name="TestImages">Images to test with.</param>
/// <param name="TestLabels">Their labels.</param>
/// <param name="Mirrors">Addresses of folders that hold the files, tried in this order.</param>
internal sealed record DatasetFiles(
    string Name, DatasetFile TrainImages, DatasetFile TrainLabels, DatasetFile TestImages, DatasetFile TestLabels, IReadOnlyList<Uri> Mirrors)
{
    private const string TrainImagesName = "train-images-idx3-ubyte.gz";
    private const string TrainLabelsName = "train-labels-idx1-ubyte.gz";
    private const string TestImagesName = "t10k-images-idx3-ubyte.gz";
    private const string TestLabelsName = "t10k-labels-idx1-ubyte.gz";

    /// <summary>MNIST: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".</summary>
    public static DatasetFiles Mnist { get; } = new(
        "mnist",
        new(TrainImagesName, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        new(TrainLabelsName, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        new(TestImagesName, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        new(TestLabelsName, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        [new("https://ossci-datasets.s3.amazonaws.com/mnist/"), new("https://storage.googleapis.com/cvdf-datasets/mnist/")]);

    /// <summary>Fashion-MNIST: Xiao, Rasul, Vollgraf, arXiv:1708.07747.</summary>
    public static DatasetFiles FashionMnist { get; } = new(
        "fashion-mnist",
        new(TrainImagesName, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        new(TrainLabelsName, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        new(TestImagesName, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        new(TestLabelsName, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        [
            new("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
            new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
        ]);

    /// <summary>All four.</summary>
    public IReadOnlyList<DatasetFile> All => [TrainImages, TrainLabels, TestImages, TestLabels];
}

/// <summary>One file of a dataset.</summary>
/// <param name="Name">Its name in a folder and on a mirror.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
internal sealed record DatasetFile(string Name, string Sha256);
