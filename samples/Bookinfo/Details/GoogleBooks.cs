using System.Text.Json.Nodes;

namespace Bookinfo.Details;

/// <summary>Version 2: asks Google's book API, a service outside of the mesh.</summary>
internal sealed class GoogleBooks(HttpClient client) : IBookSource
{
    private const string Isbn = "0486424618";

    public async Task<JsonObject> FindAsync(long id, CancellationToken cancellationToken)
    {
        var answer = await client.GetFromJsonAsync<JsonObject>($"/books/v1/volumes?q=isbn:{Isbn}", cancellationToken);
        var book = answer?["items"]?[0]?["volumeInfo"]
            ?? throw new InvalidDataException($"The book service knows no volume with ISBN {Isbn}.");

        return new JsonObject
        {
            ["id"] = id,
            ["author"] = book["authors"]?[0]?.DeepClone(),
            ["year"] = book["publishedDate"]?.DeepClone(),
            ["type"] = (string?)book["printType"] == "BOOK" ? "paperback" : "unknown",
            ["pages"] = book["pageCount"]?.DeepClone(),
            ["publisher"] = book["publisher"]?.DeepClone(),
            ["language"] = (string?)book["language"] == "en" ? "English" : "unknown",
            ["ISBN-10"] = Identifier(book, "ISBN_10"),
            ["ISBN-13"] = Identifier(book, "ISBN_13"),
        };
    }

    private static JsonNode? Identifier(JsonNode book, string type) =>
        (book["industryIdentifiers"] as JsonArray)?.FirstOrDefault(item => (string?)item?["type"] == type)?["identifier"]?.DeepClone();
}
