using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Bookinfo;

/// <summary>JSON answers as Bookinfo gives them: readable text, bare <c>application/json</c>.</summary>
public static class JsonAnswer
{
    // Relaxed: the answers are never embedded into HTML without encoding, and apostrophes stay readable in a terminal.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Of<T>(T body, int status = StatusCodes.Status200OK) =>
        Results.Json(body, Options, "application/json", status);

    public static IResult Error(string message, int status) => Of(new { error = message }, status);
}
