namespace Mesh.Client.Tests.Pipeline.Reports;

/// <summary>Bytes that come as if over a wire: one cannot know how many.</summary>
internal sealed class UnknownLengthStream(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;
}
