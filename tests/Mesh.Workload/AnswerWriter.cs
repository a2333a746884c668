using System.Text.Json;

namespace Mesh.Workload;

/// <summary>Writes one JSON object a line.</summary>
internal sealed class AnswerWriter(TextWriter output)
{
    private readonly Lock _lock = new();

    public void Write(object answer)
    {
        var line = JsonSerializer.Serialize(answer, JsonSerializerOptions.Web);
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
