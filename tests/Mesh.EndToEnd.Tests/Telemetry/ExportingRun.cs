namespace Mesh.EndToEnd.Tests.Telemetry;

/// <summary>The tests that read what Bookinfo exports follow one another on one run of it.</summary>
[CollectionDefinition(Name)]
public sealed class ExportingRun : ICollectionFixture<ExportingBookinfo>
{
    public const string Name = "Exporting Bookinfo";
}
