using System.Text;
using Mesh.Client.LoadBalancing.Hashing;

namespace Mesh.Client.Tests.LoadBalancing;

public sealed class XxHash64Tests
{
    private const uint SanityPrime = 2654435761;

    [Theory]
    [InlineData("", 0, 0xEF46DB3751D8E999)]
    [InlineData("a", 0, 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0, 0x44BC2CF5AD770999)]
    [InlineData("foo", 0, 0x33BF00A859C4BA3F)]
    public void Hash_OfText_IsThePublishedValue(string text, ulong seed, ulong expected) =>
        Assert.Equal(expected, XxHash64.Hash(text, seed));

    [Theory]
    // The vectors of the reference implementation's self-test: its generated buffer, without and with a seed.
    [InlineData(0, 0, 0xEF46DB3751D8E999)]
    [InlineData(0, SanityPrime, 0xAC75FDA2929B17EF)]
    [InlineData(1, 0, 0xE934A84ADB052768)]
    [InlineData(1, SanityPrime, 0x5014607643A9B4C3)]
    [InlineData(4, 0, 0x9136A0DCA57457EE)]
    [InlineData(14, 0, 0x8282DCC4994E35C8)]
    [InlineData(14, SanityPrime, 0xC3BD6BF63DEB6DF0)]
    [InlineData(222, 0, 0xB641AE8CB691C174)]
    [InlineData(222, SanityPrime, 0x20CB8AB7AE10C14A)]
    public void Hash_OfTheSelfTestBuffer_IsTheReferenceValue(int length, ulong seed, ulong expected) =>
        Assert.Equal(expected, XxHash64.Hash(SelfTestBuffer(length), seed));

    [Fact]
    public void Hash_OfTextLongerThanTheStackBuffer_IsTheHashOfItsBytes()
    {
        var text = string.Concat(Enumerable.Repeat("é-long-", 200));

        Assert.Equal(XxHash64.Hash(Encoding.UTF8.GetBytes(text)), XxHash64.Hash(text));
    }

    private static byte[] SelfTestBuffer(int length)
    {
        const ulong Prime64 = 11400714785074694797;
        var buffer = new byte[length];
        ulong generator = SanityPrime;
        for (var index = 0; index < length; index++)
        {
            buffer[index] = (byte)(generator >> 56);
            generator = unchecked(generator * Prime64);
        }

        return buffer;
    }
}
