using Mesh.Client.Model.Authorization;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization.External;

/// <summary>Reads the beginning of a body for an authorizer and puts it back for the application.</summary>
internal static class CheckedBodyReader
{
    /// <summary>The bytes; null when there are more than may be held.</summary>
    public static async Task<CheckedBytes?> ReadAsync(HttpContext context, CheckedBody limits, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (request.ContentLength > limits.MaxBytes && !limits.AllowsPartial)
        {
            return null;
        }

        // One byte more tells whether it goes on.
        var capacity = (int)Math.Min(limits.MaxBytes + 1L, request.ContentLength ?? long.MaxValue);
        var buffer = new byte[Math.Min(capacity, 4096)];
        var length = 0;
        while (length < capacity)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, capacity));
            }

            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        var isPartial = length > limits.MaxBytes;
        request.Body = new PrefixedStream(buffer.AsMemory(0, length), request.Body);
        return isPartial && !limits.AllowsPartial ? null : new CheckedBytes(buffer.AsMemory(0, Math.Min(length, limits.MaxBytes)), isPartial);
    }
}
