using System.Text.Json;
using Mesh.Client.Model.Apis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Apis.Transformations;

/// <summary>Changes the JSON of a request: it is read as a whole, and sent on as a whole.</summary>
internal static class RequestBody
{
    private const int PieceSize = 16 * 1024;

    /// <summary>The status to refuse with; null when the body is changed, or is none of JSON.</summary>
    public static async Task<int?> ChangeAsync(HttpContext context, JsonChange change)
    {
        var request = context.Request;
        if (!request.HasJsonContentType() || request.Headers.ContentEncoding.Count > 0)
        {
            return null;
        }

        if (request.ContentLength > change.MaxBytes || await ReadAsync(context, change.MaxBytes) is not { } text)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            var changed = JsonEdits.Apply(text, change);
            Replace(context, changed);
            return null;
        }
        catch (JsonException)
        {
            return StatusCodes.Status400BadRequest;
        }
    }

    private static void Replace(HttpContext context, byte[] body)
    {
        var request = context.Request;
        request.Body = new MemoryStream(body, writable: false);
        request.Headers.TransferEncoding = default;
        request.ContentLength = body.Length;
    }

    /// <summary>Null when there is more.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext context, int most)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        using var gathered = new MemoryStream();
        var piece = new byte[PieceSize];
        int count;
        while ((count = await context.Request.Body.ReadAsync(piece, context.RequestAborted)) > 0)
        {
            if (gathered.Length + count > most)
            {
                return null;
            }

            gathered.Write(piece, 0, count);
        }

        return gathered.ToArray();
    }
}
