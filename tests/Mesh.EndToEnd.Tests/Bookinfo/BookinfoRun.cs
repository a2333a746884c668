namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Runs of the whole sample follow one another: eight processes each are enough for a small machine.</summary>
[CollectionDefinition(Name)]
public sealed class BookinfoRun : ICollectionFixture<BookinfoMesh>
{
    public const string Name = "Bookinfo";
}
