using Mesh.Client.Pipeline.Reports;

namespace Mesh.Client.Tests.Pipeline.Reports;

public sealed class GrpcFramesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void Add_InPiecesOfAnySize_CountsTheSame(int size)
    {
        byte[] body = [.. Frame(0), .. Frame(3), .. Frame(300), .. Frame(0)];
        var frames = default(GrpcFrames);

        foreach (var piece in body.Chunk(size))
        {
            frames.Add(piece);
        }

        Assert.Equal(4, frames.Messages);
    }

    private static byte[] Frame(int length) => [0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. new byte[length]];
}
