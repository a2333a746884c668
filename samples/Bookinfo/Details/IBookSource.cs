using System.Text.Json.Nodes;

namespace Bookinfo.Details;

/// <summary>Finds the details of a book.</summary>
internal interface IBookSource
{
    Task<JsonObject> FindAsync(long id, CancellationToken cancellationToken);
}
