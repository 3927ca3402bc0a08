/** The first article of the Universal Declaration of Human Rights (UN, 1948) in scripts of the world. */
export interface Passage {
  /** BCP 47. */
  language: string;
  text: string;
  /** A face that it is set in, as its file says. */
  font: string;
  direction: 'ltr' | 'rtl';
}

export const PASSAGES: readonly Passage[] = [
  { language: 'vi', font: 'SourceSerif4', direction: 'ltr', text: 'Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi.' },
  { language: 'el', font: 'SourceSerif4', direction: 'ltr', text: 'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.' },
  { language: 'ru', font: 'SourceSerif4', direction: 'ltr', text: 'Все люди рождаются свободными и равными в своем достоинстве и правах.' },
  { language: 'ar', font: 'Amiri', direction: 'rtl', text: 'يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق.' },
  { language: 'he', font: 'NotoSerifHebrew', direction: 'rtl', text: 'כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.' },
  { language: 'hi', font: 'NotoSerifDevanagari', direction: 'ltr', text: 'सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।' },
  { language: 'th', font: 'NotoSansThai', direction: 'ltr', text: 'มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ' },
  { language: 'ka', font: 'NotoSansGeorgian', direction: 'ltr', text: 'ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით.' },
  { language: 'hy', font: 'NotoSansArmenian', direction: 'ltr', text: 'Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։' },
  { language: 'zh-CN', font: 'NotoSerifSC', direction: 'ltr', text: '人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。' },
  { language: 'zh-TW', font: 'NotoSerifTC', direction: 'ltr', text: '人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。' },
  { language: 'ja', font: 'BIZUDMincho', direction: 'ltr', text: 'すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。' },
  { language: 'ko', font: 'GowunBatang', direction: 'ltr', text: '모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.' },
];

export const EMOJI = '⛵ 🌊 👩‍🚀';
