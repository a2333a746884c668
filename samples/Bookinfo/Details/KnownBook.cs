using System.Text.Json.Nodes;

namespace Bookinfo.Details;

/// <summary>Version 1: the one book, known by heart.</summary>
internal sealed class KnownBook : IBookSource
{
    public Task<JsonObject> FindAsync(long id, CancellationToken cancellationToken) => Task.FromResult(new JsonObject
    {
        ["id"] = id,
        ["author"] = "William Shakespeare",
        ["year"] = 1595,
        ["type"] = "paperback",
        ["pages"] = 200,
        ["publisher"] = "PublisherA",
        ["language"] = "English",
        ["ISBN-10"] = "1234567890",
        ["ISBN-13"] = "123-1234567890",
    });
}
