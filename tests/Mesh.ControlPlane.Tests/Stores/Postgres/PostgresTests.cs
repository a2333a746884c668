using Mesh.Testing.Postgres;

namespace Mesh.ControlPlane.Tests.Stores.Postgres;

/// <summary>One server for all tests of the database; each test has a database of its own in it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "postgres";
}
